// The faces of a picture with their names and scores, from left to right.

import type { Still, StillPicture } from '../../client/index.ts';
import { faceName, faceTone, faceWords } from './still-view.ts';
import './FaceList.css';
import { texts } from '../texts.ts';

interface FaceListProps {
  still: Still;
  picture: StillPicture;
  names: ReadonlyMap<string, string>;
}

export function FaceList({ still, picture: { check }, names }: FaceListProps) {
  if (!check || check.faces.length === 0) return null;
  return (
    <ul className="lk-faces" aria-label={texts.stills.faces}>
      {check.faces.map((face, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the faces of a picture never change.
        <li key={index} data-tone={faceTone(face, index, check.findings)}>
          <span className="lk-faces-name">{faceName(face, still, names)}</span>
          <span className="lk-numbers lk-faces-words">{faceWords(face)}</span>
        </li>
      ))}
    </ul>
  );
}
