// The way in: a key of the API, or an access token of Supabase Auth. Either is asked of the API before it is kept.

import { type FormEvent, useId, useState } from 'react';
import { createLikenessClient, LikenessError } from '../../client/index.ts';
import { Button } from '../../react/ui/Button.tsx';
import { Field } from '../../react/ui/Field.tsx';
import { Notice } from '../../react/ui/Notice.tsx';
import icon from '../icon.svg';
import { texts } from '../texts.ts';
import './SignInPage.css';

const t = texts.signIn;

interface SignInPageProps {
  baseUrl: string;
  /** Why somebody is here again. */
  notice: string | undefined;
  onSignIn: (apiKey: string) => void;
}

export function SignInPage({ baseUrl, notice, onSignIn }: SignInPageProps) {
  const title = useId();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget).get('key');
    const apiKey = typeof entered === 'string' ? entered.trim() : '';
    if (busy) return;
    if (!apiKey) return setError(t.missing);
    setBusy(true);
    const refusal = await refusalOf(baseUrl, apiKey);
    setBusy(false);
    if (refusal) setError(refusal);
    else onSignIn(apiKey);
  };

  return (
    <main className="lk-root lk-sign-in" aria-labelledby={title}>
      <form className="lk-sign-in-card" noValidate onSubmit={(event) => void submit(event)}>
        <img src={icon} alt="" width="44" height="44" />
        <div>
          <h1 id={title}>{texts.shell.name}</h1>
          <p className="lk-soft">{t.lead}</p>
        </div>
        {notice ? <Notice tone="warn">{notice}</Notice> : null}
        <Field label={t.key} hint={t.hint} error={error}>
          {(field) => (
            <input
              {...field}
              name="key"
              type="password"
              autoComplete="off"
              spellCheck={false}
              onInput={() => setError(undefined)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" busy={busy}>
          {t.submit}
        </Button>
        <p className="lk-soft lk-small">{t.help}</p>
      </form>
    </main>
  );
}

/** Why a key does not let anybody in; undefined when it does. A key that may not read the cast is a key all the same. */
async function refusalOf(baseUrl: string, apiKey: string): Promise<string | undefined> {
  try {
    await createLikenessClient({ baseUrl, apiKey }).characters.list({ limit: 1 });
    return undefined;
  } catch (error) {
    // What can't stand in a header at all, such as a key with a line break in it, is refused by the browser.
    if (!(error instanceof LikenessError)) return t.refused;
    if (error.code === 'unauthorized') return t.refused;
    return error.status === 403 && error.code !== 'no_tenant' ? undefined : error.detail;
  }
}
