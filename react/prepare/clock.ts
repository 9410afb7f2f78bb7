// Time that runs, as a clock shows it.

const SECOND_MS = 1000;

/** "0:07", "12:05", "1:02:05"; milliseconds, never below zero: the clocks of two machines differ. */
export function clock(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / SECOND_MS));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
