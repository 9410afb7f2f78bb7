// Single keys for what is inside, dialogs included. They work only while the focus is in here (WCAG 2.1.4), never while
// somebody types, and no scope around this one hears of them.

import type { KeyboardEvent, ReactNode } from 'react';

/** By KeyboardEvent.key, in lower case. */
export type Keys = Readonly<Record<string, () => void>>;

export function KeyScope({ keys, children }: { keys: Keys; children: ReactNode }) {
  const press = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens; what is pressed has buttons of its own inside.
    <div className="lk-key-scope" onKeyDown={press}>
      {children}
    </div>
  );
}

const isTyping = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
