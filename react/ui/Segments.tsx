// A choice between a few ways to see the same thing.

import { useId } from 'react';
import './Segments.css';

interface SegmentsProps<Value extends string> {
  label: string;
  value: Value;
  options: Record<Value, string>;
  onChange: (value: Value) => void;
}

export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  const name = useId();
  const values = Object.keys(options) as Value[];
  return (
    <fieldset className="lk-segments">
      <legend className="lk-only-read">{label}</legend>
      {values.map((one) => (
        <label key={one}>
          <input type="radio" name={name} checked={one === value} onChange={() => onChange(one)} />
          <span>{options[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}
