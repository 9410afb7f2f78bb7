// A name, and the word for what they are, make a new member of the cast.

import { type FormEvent, useId, useState } from 'react';
import { DEFAULT_SUBJECT, HUMAN_NOUNS } from '../../domain/subject.ts';
import { errorText } from '../state/error-text.ts';
import { useNewCharacter } from '../state/use-characters.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';

const t = texts.cast;
/** As the API takes it. */
const MAX_NAME = 200;

export function NewCharacterDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const form = useId();
  const add = useNewCharacter();
  const [missing, setMissing] = useState(false);

  const close = () => {
    setMissing(false);
    add.reset();
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const named = entered.get('name');
    const name = typeof named === 'string' ? named.trim() : '';
    const noun = HUMAN_NOUNS.find((one) => one === entered.get('noun')) ?? DEFAULT_SUBJECT.noun;
    setMissing(!name);
    if (name && !add.isPending) add.mutate({ name, subject: { kind: 'human', noun } }, { onSuccess: close });
  };
  const error = missing ? t.nameMissing : add.error ? errorText(add.error) : undefined;

  return (
    <Dialog
      open={open}
      onClose={close}
      title={t.addTitle}
      description={t.addLead}
      size="small"
      closeLabel={texts.common.close}
      footer={
        <>
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button type="submit" form={form} look="primary" busy={add.isPending}>
            {add.isPending ? t.adding : t.add}
          </Button>
        </>
      }
    >
      <form className="lk-stack" id={form} noValidate onSubmit={submit}>
        <Field label={t.name} error={error}>
          {(field) => (
            <input
              {...field}
              name="name"
              data-lk-first
              maxLength={MAX_NAME}
              autoComplete="off"
              placeholder={t.namePlaceholder}
              onInput={() => setMissing(false)}
            />
          )}
        </Field>
        <Field label={t.noun} hint={t.nounHint}>
          {(field) => (
            <select {...field} name="noun" defaultValue={DEFAULT_SUBJECT.noun}>
              {HUMAN_NOUNS.map((noun) => (
                <option key={noun} value={noun}>
                  {t.nouns[noun]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </form>
    </Dialog>
  );
}
