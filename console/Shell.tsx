// What stands around every page: the name, the ways to the other pages, the way out.

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../react/ui/Button.tsx';
import icon from './icon.svg';
import { castHref, operationsHref, placeOf, type Route, stillsHref } from './route.ts';
import { texts } from './texts.ts';
import './Shell.css';

const t = texts.shell;
/** Written into the page by the API. */
const isSandbox = document.documentElement.dataset.provider === 'sandbox';

const PAGE_NAMES: Record<Route['page'], string> = {
  cast: t.cast,
  identity: t.identity,
  stills: t.stills,
  operations: t.operations,
  unknown: t.notFound,
};

interface ShellProps {
  route: Route;
  onSignOut: () => void;
  children: ReactNode;
}

export function Shell({ route, onSignOut, children }: ShellProps) {
  const main = useRef<HTMLElement>(null);
  const where = placeOf(route);
  usePageChange(main, where, PAGE_NAMES[route.page]);
  const current = (page: Route['page']) => (route.page === page ? 'page' : undefined);
  return (
    <div className="lk-root lk-shell">
      <button type="button" className="lk-button lk-skip" onClick={() => main.current?.focus()}>
        {t.skip}
      </button>
      <header>
        {isSandbox ? <p className="lk-sandbox-line">{t.sandbox}</p> : null}
        <div className="lk-bar">
          <a className="lk-bar-name" href={castHref}>
            <img src={icon} alt="" width="28" height="28" />
            {t.name}
          </a>
          <nav className="lk-bar-nav" aria-label={t.navigation}>
            <a href={castHref} aria-current={current('cast')}>
              {t.cast}
            </a>
            <a href={stillsHref} aria-current={current('stills')}>
              {t.stills}
            </a>
            <a href={operationsHref} aria-current={current('operations')}>
              {t.operations}
            </a>
          </nav>
          <Button look="quiet" size="small" onClick={onSignOut}>
            {t.signOut}
          </Button>
        </div>
      </header>
      <main className="lk-main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** A new page has a new title, begins at its top, and takes the focus, as a page that was loaded would. */
function usePageChange(main: { current: HTMLElement | null }, where: string, name: string): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    document.title = texts.shell.title(name);
    if (before.current !== undefined && before.current !== where) {
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    before.current = where;
  }, [main, where, name]);
}
