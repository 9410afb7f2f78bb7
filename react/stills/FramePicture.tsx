// A picture of a still in its own shape, with what lies over it.

import type { CSSProperties, ReactNode } from 'react';
import type { Still } from '../../client/index.ts';
import { Picture } from '../parts/Picture.tsx';
import './FramePicture.css';

interface FramePictureProps {
  size: Still['size'];
  /** Undefined: an empty frame. */
  pictureId: string | undefined;
  alt: string;
  children?: ReactNode;
}

export function FramePicture({ size: { width, height }, pictureId, alt, children }: FramePictureProps) {
  return (
    <div className="lk-frame" style={{ '--lk-ratio': width / height } as CSSProperties}>
      <Picture source={pictureId === undefined ? undefined : { pictureId }} alt={alt} />
      {children}
    </div>
  );
}
