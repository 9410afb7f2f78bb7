// The picture buttons of the stills, and the arrow keys that move the focus among them.

import { type Ref, useRef } from 'react';
import { stepAround } from '../review/references.ts';

export interface StillFocus {
  /** The ref for the button of a still. */
  refOf(number: number): Ref<HTMLButtonElement>;
  /** From the button that has the focus, in the order of the stills, round and round. */
  move(by: 1 | -1): void;
}

export function useStillFocus(): StillFocus {
  const buttons = useRef(new Map<number, HTMLButtonElement>());
  return {
    refOf: (number) => (button) => {
      if (button) buttons.current.set(number, button);
      else buttons.current.delete(number);
    },
    move(by) {
      const shown = [...buttons.current].sort(([a], [b]) => a - b).map(([, button]) => button);
      const at = shown.findIndex((button) => button.matches(':focus'));
      shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : stepAround(at, by, shown.length)]?.focus();
    },
  };
}
