// The rows of photos.

import type { ObjectRef } from '../../domain/keys.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';

export interface PhotoRow {
  id: string;
  tenantId: string;
  characterId: string;
  object: ObjectRef;
  sourceSha256: string;
  width: number;
  height: number;
  report: PhotoReport;
  createdAt: string;
}

export interface StoredPhoto {
  photoId: string;
  object: ObjectRef;
}
