// The few signs that the console draws. Always beside words: a sign alone says nothing to a screen reader.

import './Icon.css';

const PATHS = {
  check: 'M4.5 12.5l5 5 10-11',
  cross: 'M6 6l12 12M18 6L6 18',
  alert: 'M12 8v5M12 16.5v.01M12 3.5l9.5 17h-19z',
  info: 'M12 11v6M12 7.5v.01M12 3a9 9 0 100 18 9 9 0 000-18z',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01',
  plus: 'M12 5v14M5 12h14',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  up: 'M5 15l7-7 7 7',
  down: 'M5 9l7 7 7-7',
  wider: 'M4 12h16M8 8l-4 4 4 4M16 8l4 4-4 4',
  narrower: 'M3 12h6M15 12h6M6 9l3 3-3 3M18 9l-3 3 3 3',
  higher: 'M12 4v16M8 8l4-4 4 4M8 16l4 4 4-4',
  lower: 'M12 3v6M12 15v6M9 6l3 3 3-3M9 18l3-3 3 3',
  outside: 'M13 5h6v6M19 5l-9 9M16 14v5H5V8h5',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 100 18 9 9 0 000-18z',
  retry: 'M20 12a8 8 0 11-2.5-5.8M20 4v4.5h-4.5',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="lk-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
