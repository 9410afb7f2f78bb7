// One of several answers, as a card with a sentence about what comes of it.

import { type ReactNode, useId } from 'react';
import './Choice.css';

interface ChoiceProps {
  name: string;
  value: string;
  title: string;
  checked: boolean;
  onChoose: () => void;
  /** What comes of it. */
  children: ReactNode;
}

export function Choice({ name, value, title, checked, onChoose, children }: ChoiceProps) {
  const hint = useId();
  return (
    <label className="lk-choice">
      <input type="radio" name={name} value={value} checked={checked} onChange={onChoose} aria-describedby={hint} />
      <span>
        <span className="lk-choice-title">{title}</span>
        <span id={hint} className="lk-soft lk-small lk-choice-hint" aria-hidden="true">
          {children}
        </span>
      </span>
    </label>
  );
}
