// A button. While it is busy it keeps the focus, says so, and does nothing when pressed.

import type { ComponentProps, MouseEvent } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import { Spinner } from './Spinner.tsx';
import './Button.css';

interface ButtonProps extends ComponentProps<'button'> {
  look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'medium' | 'small';
  icon?: IconName;
  busy?: boolean;
  /** Greyed and without effect, but still reachable by keyboard, so that its reason can be read. */
  inactive?: boolean;
  /** Pressed while inactive: the chance to say why. */
  onRefused?: () => void;
}

export function Button(props: ButtonProps) {
  const {
    look = 'secondary',
    size = 'medium',
    icon,
    busy = false,
    inactive = false,
    className = '',
    children,
    onClick,
    onRefused,
    ...rest
  } = props;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (!busy && !inactive) return onClick?.(event);
    event.preventDefault();
    if (!busy) onRefused?.();
  };
  return (
    <button
      type="button"
      {...rest}
      className={`lk-button ${className}`}
      data-look={look}
      data-size={size}
      aria-busy={busy || undefined}
      aria-disabled={busy || inactive || undefined}
      onClick={press}
    >
      {busy ? <Spinner /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}
