// An address that means no page.

import { LinkButton } from '../../react/ui/LinkButton.tsx';
import { castHref } from '../route.ts';
import { texts } from '../texts.ts';
import './page.css';

export function NotFoundPage() {
  return (
    <div className="lk-page-none">
      <h1>{texts.shell.notFound}</h1>
      <LinkButton href={castHref}>{texts.shell.toCast}</LinkButton>
    </div>
  );
}
