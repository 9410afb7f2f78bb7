// Buttons that do what dragging a box does: for whoever cannot drag.

import type { Area } from '../../domain/stills/still.ts';
import { texts } from '../texts.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { movedBox, resizedBox, STEP } from './box-moves.ts';
import './BoxTools.css';

const t = texts.scene.place.tools;

/** A press does more than a key: nobody holds a button down. */
const FAR = 2 * STEP;

const TOOLS: readonly [keyof typeof t.by, IconName, (box: Area) => Area][] = [
  ['left', 'left', (box) => movedBox(box, -FAR, 0)],
  ['right', 'right', (box) => movedBox(box, FAR, 0)],
  ['up', 'up', (box) => movedBox(box, 0, -FAR)],
  ['down', 'down', (box) => movedBox(box, 0, FAR)],
  ['narrower', 'narrower', (box) => resizedBox(box, -FAR, 0)],
  ['wider', 'wider', (box) => resizedBox(box, FAR, 0)],
  ['lower', 'lower', (box) => resizedBox(box, 0, -FAR)],
  ['higher', 'higher', (box) => resizedBox(box, 0, FAR)],
];

interface BoxToolsProps {
  name: string;
  box: Area;
  onChange: (box: Area) => void;
}

export function BoxTools({ name, box, onChange }: BoxToolsProps) {
  return (
    <fieldset className="lk-box-tools">
      <legend className="lk-small">{t.label(name)}</legend>
      {TOOLS.map(([tool, icon, change]) => (
        <button
          key={tool}
          type="button"
          className="lk-way"
          aria-label={t.by[tool](name)}
          title={t.by[tool](name)}
          onClick={() => onChange(change(box))}
        >
          <Icon name={icon} />
        </button>
      ))}
      <p className="lk-only-read" role="status">
        {t.at(name, percent(box.x), percent(box.y), percent(box.width), percent(box.height))}
      </p>
    </fieldset>
  );
}

const percent = (share: number): number => Math.round(share * 100);
