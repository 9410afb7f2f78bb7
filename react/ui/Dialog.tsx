// A modal dialog over Radix: focus stays inside and goes back to where it was, Escape closes, the page behind is silent.
// It begins at the element with data-lk-first, or at its title. Radix' own overlay is left out: it writes a style element, which a strict content security policy forbids.

import * as Radix from '@radix-ui/react-dialog';
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from './Icon.tsx';
import { lockScroll } from './scroll-lock.ts';
import './Dialog.css';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  size?: 'small' | 'medium' | 'large' | 'wide';
  /** Buttons, always in sight below what scrolls. */
  footer?: ReactNode;
  closeLabel: string;
  children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, size = 'medium', footer, closeLabel, children } = props;
  const cameFrom = useRef<Element | null>(null);
  useEffect(() => (open ? lockScroll() : undefined), [open]);
  const enter = (event: Event) => {
    event.preventDefault();
    cameFrom.current = document.activeElement;
    if (!(event.currentTarget instanceof HTMLElement)) return;
    const first = event.currentTarget.querySelector<HTMLElement>('[data-lk-first]');
    (first ?? event.currentTarget).focus({ preventScroll: true });
  };
  const goBack = (event: Event) => {
    event.preventDefault();
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={(stays) => (stays ? undefined : onClose())}>
      <Radix.Portal>
        <div className="lk-root lk-dialog-veil">
          <Radix.Content
            className="lk-dialog"
            data-size={size}
            {...(description ? {} : { 'aria-describedby': undefined })}
            onOpenAutoFocus={enter}
            onCloseAutoFocus={goBack}
          >
            <header className="lk-dialog-head">
              <div>
                <Radix.Title className="lk-dialog-title">{title}</Radix.Title>
                {description ? <Radix.Description className="lk-soft">{description}</Radix.Description> : null}
              </div>
              <Radix.Close className="lk-dialog-close" aria-label={closeLabel}>
                <Icon name="cross" />
              </Radix.Close>
            </header>
            <div className="lk-dialog-body">{children}</div>
            {footer ? <footer className="lk-dialog-foot">{footer}</footer> : null}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
