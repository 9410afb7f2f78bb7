// The format of the frame, how many pictures, and how much may be spent.

import { STILL_LIMITS } from '../../domain/stills/limits.ts';
import { texts } from '../texts.ts';
import { Field } from '../ui/Field.tsx';
import { ASPECT_RATIOS, budgetOf, type Scene } from './scene.ts';

const t = texts.scene;

interface SceneOptionsProps {
  scene: Scene;
  onChange: (change: Partial<Scene>) => void;
}

export function SceneOptions({ scene, onChange }: SceneOptionsProps) {
  const { aspectRatio, variants, repairs, budget } = scene;
  return (
    <div className="lk-scene-options">
      <Field label={t.aspectRatio}>
        {(field) => (
          <select {...field} value={aspectRatio} onChange={({ target }) => onChange({ aspectRatio: target.value })}>
            {ASPECT_RATIOS.map((ratio) => (
              <option key={ratio}>{ratio}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t.variants} hint={t.variantsHint}>
        {(field) => (
          <select {...field} value={variants} onChange={({ target }) => onChange({ variants: Number(target.value) })}>
            {numbers(1, STILL_LIMITS.variants)}
          </select>
        )}
      </Field>
      <Field label={t.repairs} hint={t.repairsHint}>
        {(field) => (
          <select {...field} value={repairs} onChange={({ target }) => onChange({ repairs: Number(target.value) })}>
            {numbers(0, STILL_LIMITS.repairs.most)}
          </select>
        )}
      </Field>
      <Field label={t.budget} hint={t.budgetHint} error={budgetOf(budget) === null ? t.missing.budget : undefined}>
        {(field) => (
          <input
            {...field}
            inputMode="decimal"
            autoComplete="off"
            value={budget}
            onChange={({ target }) => onChange({ budget: target.value })}
          />
        )}
      </Field>
    </div>
  );
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).map((number) => (
    <option key={number}>{number}</option>
  ));
