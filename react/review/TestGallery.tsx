// The five tests with the references beside them, worst first.

import type { TestType } from '../../domain/test-suite.ts';
import { texts } from '../texts.ts';
import { Segments } from '../ui/Segments.tsx';
import { ReferenceStrip } from './ReferenceStrip.tsx';
import type { ReferencePhoto } from './references.ts';
import { TestTile } from './TestTile.tsx';
import type { Tile, TileOrder } from './tiles.ts';
import type { PictureFocus } from './use-picture-focus.ts';
import './TestGallery.css';

const t = texts.review;

interface TestGalleryProps {
  tiles: readonly Tile[];
  references: readonly ReferencePhoto[];
  order: TileOrder;
  onOrder: (order: TileOrder) => void;
  onOpen: (type: TestType) => void;
  focus: PictureFocus;
}

export function TestGallery(props: TestGalleryProps) {
  const { tiles, references, order, onOrder, onOpen, focus } = props;
  return (
    <div className="lk-gallery">
      <ReferenceStrip references={references} />
      <section className="lk-tests" aria-label={t.tests}>
        <header className="lk-tests-head">
          <h3>{t.tests}</h3>
          <Segments
            label={t.order.label}
            value={order}
            options={{ worst: t.order.worst, suite: t.order.suite }}
            onChange={onOrder}
          />
        </header>
        <ul className="lk-tests-list">
          {tiles.map((tile) => (
            <TestTile
              key={tile.type}
              tile={tile}
              references={references}
              onOpen={() => onOpen(tile.type)}
              openRef={focus.refOf(tile.type)}
            />
          ))}
        </ul>
      </section>
    </div>
  );
}
