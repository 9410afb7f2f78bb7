// A short state, as words on a tint.

import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import { Spinner } from './Spinner.tsx';
import './Badge.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

interface BadgeProps {
  tone?: Tone;
  icon?: IconName;
  busy?: boolean;
  children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, busy = false, children }: BadgeProps) {
  return (
    <span className="lk-badge" data-tone={tone}>
      {busy ? <Spinner /> : icon ? <Icon name={icon} /> : null}
      {children}
    </span>
  );
}
