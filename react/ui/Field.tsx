// A field of a form with its label, a hint, and what is wrong with it.

import { type ReactNode, useId } from 'react';
import { Icon } from './Icon.tsx';
import './Field.css';

/** What the control of a field has to carry. */
interface FieldControl {
  id: string;
  className: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (control: FieldControl) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = [...(error ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])].join(' ');
  return (
    <div className="lk-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: 'lk-input',
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      <div aria-live="polite">
        {error ? (
          <p className="lk-field-error" id={`${id}-error`}>
            <Icon name="alert" />
            {error}
          </p>
        ) : null}
      </div>
      {hint ? (
        <p className="lk-soft lk-small" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
