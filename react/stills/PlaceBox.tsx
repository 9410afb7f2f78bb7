// Where a character stands, as a box on the frame: dragged, or moved by the arrow keys; with Shift they resize it.

import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Area } from '../../domain/stills/still.ts';
import { movedBox, resizedBox, STEP } from './box-moves.ts';
import { Portrait } from './Portrait.tsx';

interface PlaceBoxProps {
  characterId: string;
  name: string;
  box: Area;
  isActive: boolean;
  /** The id of the words about the keys. */
  hint: string;
  onActive: () => void;
  onChange: (box: Area) => void;
}

const KEYS: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** A drag that goes on: where it began, and what it changes. */
interface Drag {
  change: typeof movedBox;
  from: Area;
  x: number;
  y: number;
}

export function PlaceBox({ characterId, name, box, isActive, hint, onActive, onChange }: PlaceBoxProps) {
  const drag = useRef<Drag>(undefined);

  const press = (event: KeyboardEvent) => {
    const by = KEYS[event.key];
    if (!by || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    onChange((event.shiftKey ? resizedBox : movedBox)(box, ...by));
  };
  const begin = (event: PointerEvent) => {
    const isCorner = event.target instanceof Element && event.target.matches('.lk-box-corner');
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { change: isCorner ? resizedBox : movedBox, from: box, x: event.clientX, y: event.clientY };
    onActive();
  };
  const move = ({ clientX, clientY, currentTarget }: PointerEvent) => {
    const frame = currentTarget.parentElement?.getBoundingClientRect();
    const { current } = drag;
    if (!frame || !current) return;
    const { change, from, x, y } = current;
    onChange(change(from, (clientX - x) / frame.width, (clientY - y) / frame.height));
  };
  const end = () => {
    drag.current = undefined;
  };

  const place = {
    left: `${box.x * 100}%`,
    top: `${box.y * 100}%`,
    width: `${box.width * 100}%`,
    height: `${box.height * 100}%`,
  } satisfies CSSProperties;
  return (
    <button
      type="button"
      className="lk-box"
      style={place}
      data-active={isActive || undefined}
      data-character={name}
      aria-label={name}
      aria-describedby={hint}
      onFocus={onActive}
      onKeyDown={press}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <Portrait characterId={characterId} name={name} />
      <span className="lk-stage-name">{name}</span>
      <span className="lk-box-corner" />
    </button>
  );
}
