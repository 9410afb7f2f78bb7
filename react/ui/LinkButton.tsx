// A link that looks like a button: it goes somewhere, and does nothing else.

import type { ComponentProps } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import './Button.css';

interface LinkButtonProps extends ComponentProps<'a'> {
  href: string;
  look?: 'primary' | 'secondary' | 'quiet';
  size?: 'medium' | 'small';
  icon?: IconName;
  /** It leads out of the page, to a tab of its own. */
  outside?: boolean;
}

export function LinkButton({
  look = 'secondary',
  size = 'medium',
  outside = false,
  icon = outside ? 'outside' : undefined,
  children,
  ...rest
}: LinkButtonProps) {
  return (
    <a
      {...rest}
      {...(outside ? { target: '_blank', rel: 'noreferrer' } : {})}
      className="lk-button"
      data-look={look}
      data-size={size}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
    </a>
  );
}
