// The picture buttons of a set of tests, and the arrow keys that move the focus among them.

import { type Ref, useRef } from 'react';
import type { TestType } from '../../domain/test-suite.ts';
import { stepAround } from './references.ts';
import type { TilePicture } from './tiles.ts';

export interface PictureFocus {
  /** The ref for the button of a test. */
  refOf(type: TestType): Ref<HTMLButtonElement>;
  /** From the button that has the focus, in the order of the pictures, round and round. */
  move(pictures: readonly TilePicture[], by: 1 | -1): void;
}

export function usePictureFocus(): PictureFocus {
  const buttons = useRef(new Map<TestType, HTMLButtonElement>());
  return {
    refOf: (type) => (button) => {
      if (button) buttons.current.set(type, button);
      else buttons.current.delete(type);
    },
    move(pictures, by) {
      const shown = pictures.flatMap(({ type }) => buttons.current.get(type) ?? []);
      const at = shown.findIndex((button) => button.matches(':focus'));
      shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : stepAround(at, by, shown.length)]?.focus();
    },
  };
}
