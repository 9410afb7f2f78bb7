// The box in which a wide table scrolls sideways on a narrow screen.

import type { ReactNode } from 'react';
import { texts } from '../texts.ts';
import '../../react/ui/Table.css';

export function TableScroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (axe: scrollable-region-focusable).
    <section className="lk-table-scroll" tabIndex={0} aria-label={texts.operations.table(label)}>
      {children}
    </section>
  );
}
