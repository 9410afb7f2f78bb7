// A few lines of why, kept with the decision.

import { Field } from '../ui/Field.tsx';

/** Characters that the API takes. */
const MAX_REASON = 500;

interface ReasonFieldProps {
  label: string;
  hint?: string;
  value: string;
  onChange: (text: string) => void;
  /** A dialog begins here. */
  isFirst?: boolean;
}

export function ReasonField({ label, hint, value, onChange, isFirst = false }: ReasonFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(field) => (
        <textarea
          {...field}
          rows={2}
          data-lk-first={isFirst || undefined}
          value={value}
          maxLength={MAX_REASON}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
