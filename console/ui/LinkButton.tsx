// A link that looks like a button: it goes somewhere, and does nothing else.

import type { ComponentProps } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import './Button.css';

interface LinkButtonProps extends ComponentProps<'a'> {
  href: string;
  look?: 'primary' | 'secondary' | 'quiet';
  size?: 'medium' | 'small';
  icon?: IconName;
}

export function LinkButton({ look = 'secondary', size = 'medium', icon, children, ...rest }: LinkButtonProps) {
  return (
    <a {...rest} className="lk-button" data-look={look} data-size={size}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </a>
  );
}
