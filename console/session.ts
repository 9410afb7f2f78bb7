// Who is signed in, in this tab: the key lies in sessionStorage, and never stays in an address.

const STORED = 'likeness.key';
const IN_FRAGMENT = 'key';

/** The key of this tab. One that came in the fragment of a link is stored, and taken off the address at once. */
export function takeKey(): string | undefined {
  const fragment = new URLSearchParams(location.hash.replace(/^#\/?/, ''));
  const brought = fragment.get(IN_FRAGMENT)?.trim();
  if (brought) {
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
    keepKey(brought);
  }
  return sessionStorage.getItem(STORED) ?? undefined;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(STORED, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(STORED);
}
