// One face of a picture, cut out of it and as large as the photo beside it.

import type { CSSProperties } from 'react';
import type { StillPicture } from '../../client/index.ts';
import { Picture } from '../parts/Picture.tsx';
import { closeUp } from './close-up.ts';
import './FaceClose.css';

interface FaceCloseProps {
  picture: StillPicture;
  face: number;
  alt: string;
}

export function FaceClose({ picture: { pictureId, size, check }, face, alt }: FaceCloseProps) {
  const box = check?.faces[face]?.box;
  if (!box) return null;
  const { x, y, side } = closeUp(box, size);
  const part = {
    '--lk-close-width': `${(size.width / side) * 100}%`,
    '--lk-close-height': `${(size.height / side) * 100}%`,
    '--lk-close-x': `${(-x / side) * 100}%`,
    '--lk-close-y': `${(-y / side) * 100}%`,
  } as CSSProperties;
  return (
    <div className="lk-close" style={part}>
      <Picture source={{ pictureId }} alt={alt} />
    </div>
  );
}
