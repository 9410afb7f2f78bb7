// Keeps the page behind a dialog from scrolling, by a class: the usual way, a style element, is what a strict content
// security policy forbids.

const LOCKED = 'lk-scroll-locked';
/** The width of the scroll bar that goes away, so that nothing moves. */
const GAP = '--lk-scroll-gap';
let locks = 0;

/** Locks until the answered function is called; dialogs over dialogs count. */
export function lockScroll(): () => void {
  const page = document.documentElement;
  if (locks === 0) page.style.setProperty(GAP, `${window.innerWidth - page.clientWidth}px`);
  locks += 1;
  page.classList.add(LOCKED);
  return () => {
    locks -= 1;
    if (locks > 0) return;
    page.classList.remove(LOCKED);
    page.style.removeProperty(GAP);
  };
}
