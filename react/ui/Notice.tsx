// A message in the flow of a page. Bad ones interrupt a screen reader, the others wait for it.

import type { ReactNode } from 'react';
import type { Tone } from './Badge.tsx';
import { Icon, type IconName } from './Icon.tsx';
import './Notice.css';

interface NoticeProps {
  tone?: Exclude<Tone, 'accent'>;
  title?: ReactNode;
  children?: ReactNode;
  /** Buttons and links, below the words. */
  actions?: ReactNode;
}

const ICONS = {
  neutral: 'info',
  good: 'check',
  warn: 'alert',
  bad: 'alert',
} as const satisfies Record<string, IconName>;

export function Notice({ tone = 'neutral', title, children, actions }: NoticeProps) {
  return (
    <div className="lk-notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[tone]} />
      <div className="lk-notice-words">
        {title ? <p className="lk-notice-title">{title}</p> : null}
        {children ? <div>{children}</div> : null}
        {actions ? <div className="lk-notice-actions">{actions}</div> : null}
      </div>
    </div>
  );
}
