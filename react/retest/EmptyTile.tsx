// The place of an image that is being made, or that never was.

import type { TestType } from '../../domain/test-suite.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import '../parts/Picture.css';
import '../review/TestTile.css';

export function EmptyTile({ type, isOver }: { type: TestType; isOver: boolean }) {
  return (
    <li className="lk-tile" data-state="missing" data-type={type}>
      {isOver ? (
        <div className="lk-tile-none">
          <Icon name="photo" />
        </div>
      ) : (
        <div className="lk-picture">
          <Skeleton shape="picture" />
        </div>
      )}
      <div className="lk-tile-words">
        <div className="lk-tile-head">
          <h5>{texts.review.types[type]}</h5>
        </div>
        <p className="lk-soft lk-small">{isOver ? texts.retest.notMade : texts.retest.making}</p>
      </div>
    </li>
  );
}
