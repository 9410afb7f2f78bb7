// The place of something that is on its way, in its size, so that nothing jumps when it comes.

import './Skeleton.css';

export function Skeleton({ shape = 'line' }: { shape?: 'line' | 'title' | 'picture' }) {
  return <span className="lk-skeleton" data-shape={shape} aria-hidden="true" />;
}
