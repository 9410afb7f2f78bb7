// The faces of a picture as boxes over it. Small, they are only marks; large, each has its name, and can be pressed.

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

/** The list of the faces says the same, and is what the keyboard and screen readers have. */
export function FaceBoxes({ still, picture: { check, size }, names, chosen, onChoose }: FaceBoxesProps) {
  return check?.faces.map((face, index) => {
    const tone = faceTone(face, index, check.findings);
    const place = {
      style: placeOf(face, size, check.faces.length),
      'data-tone': tone,
      'data-state': face.state,
      'aria-hidden': true,
    };
    // From left to right, none is twice.
    const key = index;
    if (!onChoose) return <span key={key} className="lk-face" {...place} />;
    return (
      <button
        key={key}
        type="button"
        tabIndex={-1}
        className="lk-face"
        {...place}
        data-chosen={index === chosen || undefined}
        data-words={wordsAt(face, size)}
        onClick={() => onChoose(index)}
      >
        <span className="lk-face-words">
          <span>{faceName(face, still, names)}</span>
          <span className="lk-numbers">{faceWords(face)}</span>
        </span>
      </button>
    );
  });
}

function placeOf({ box }: CheckedFace, { width, height }: Still['size'], faces: number): CSSProperties {
  const share = (value: number, of: number) => `${(value / of) * 100}%`;
  return {
    left: share(box.x, width),
    top: share(box.y, height),
    width: share(box.width, width),
    height: share(box.height, height),
    // No wider than its part of the frame, so that the words of two faces do not cover each other.
    '--lk-face-room': `${100 / faces}cqw`,
  } as CSSProperties;
}

/** The share of a picture's side in which words above, or around the middle, would be cut off. */
const EDGE = 0.12;

function wordsAt({ box }: CheckedFace, { width, height }: Still['size']): string {
  const middle = (box.x + box.width / 2) / width;
  const across = middle < EDGE ? 'left' : middle > 1 - EDGE ? 'right' : 'middle';
  return `${box.y / height < EDGE ? 'below' : 'above'} ${across}`;
}
