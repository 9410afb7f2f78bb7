// The rows of photos.

import type { ObjectRef } from '../../domain/keys.ts';
import type { PhotoReport } from '../../domain/photo-findings.ts';
import type { PhotoOrigin } from '../../domain/photo-origin.ts';

export interface PhotoRow {
  id: string;
  tenantId: string;
  characterId: string;
  origin: PhotoOrigin;
  object: ObjectRef;
  /** Of the file as it came. */
  sourceSha256: string;
  width: number;
  height: number;
  report: PhotoReport;
  createdAt: string;
}

/** Every method is bound to a tenant: what belongs to another one does not exist. */
export interface Photos {
  add(photo: Omit<PhotoRow, 'createdAt'>): Promise<PhotoRow>;
  /** In the order of upload: all of the character, or those of these ids. Malformed ids find nothing. */
  of(tenantId: string, characterId: string, photoIds?: readonly string[]): Promise<PhotoRow[]>;
  find(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /** Answers the removed row, so that its file can follow. */
  remove(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /** NotFound when one of the photos is gone; then none is changed. */
  saveReports(tenantId: string, reports: readonly PhotoReport[]): Promise<void>;
}
