// Nobody's likeness is trained without their word.

import { useId } from 'react';
import { texts } from '../texts.ts';
import './Consent.css';

export function Consent({ given, onChange }: { given: boolean; onChange: (given: boolean) => void }) {
  const id = useId();
  return (
    <div className="lk-consent">
      <input id={id} type="checkbox" checked={given} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>{texts.modal.consent}</label>
    </div>
  );
}
