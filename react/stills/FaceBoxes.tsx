// The faces of a picture as boxes over it. Small, they are only marks; large, each is a button with its name.

import type { CSSProperties } from 'react';
import type { Still, StillPicture } from '../../client/index.ts';
import { type CheckedFace, faceName, faceTone, faceWords } from './still-view.ts';
import './FaceBoxes.css';

interface FaceBoxesProps {
  still: Still;
  picture: StillPicture;
  names: ReadonlyMap<string, string>;
  /** The face that is compared, and what hears of another one; without it, the boxes are only marks. */
  chosen?: number | undefined;
  onChoose?: (face: number) => void;
}

export function FaceBoxes({ still, picture, names, chosen, onChoose }: FaceBoxesProps) {
  const { check, size } = picture;
  return check?.faces.map((face, index) => {
    const tone = faceTone(face, index, check.findings);
    const place = { style: placeOf(face, size), 'data-tone': tone, 'data-state': face.state };
    // From left to right, none is twice.
    const key = index;
    if (!onChoose) return <span key={key} className="lk-face" {...place} aria-hidden="true" />;
    const words = [faceName(face, still, names), faceWords(face)].filter(Boolean).join(' ');
    return (
      <button
        key={key}
        type="button"
        className="lk-face"
        {...place}
        data-low={face.box.y < size.height / 8 || undefined}
        aria-pressed={index === chosen}
        onClick={() => onChoose(index)}
      >
        <span className="lk-face-words lk-numbers">{words}</span>
      </button>
    );
  });
}

function placeOf({ box }: CheckedFace, { width, height }: Still['size']): CSSProperties {
  const share = (value: number, of: number) => `${(value / of) * 100}%`;
  return {
    left: share(box.x, width),
    top: share(box.y, height),
    width: share(box.width, width),
    height: share(box.height, height),
  };
}
