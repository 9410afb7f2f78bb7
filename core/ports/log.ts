// What operators read.

export interface Log {
  warn(details: Record<string, unknown>, message: string): void;
}
