// Processes of the stack that outlive it. Each part leads its own process group, with all its children in it.

import { execFileSync } from 'node:child_process';
import type { Stack } from '../stack/stack.ts';
import { PARTS } from './killer.ts';

const LOOK_EVERY_MS = 250;

export interface GroupWatch {
  /** Ends the watch. Answers all seen processes that still run: `pid command` each. Call it after the stack ended. */
  leftBehind(): string[];
}

export function watchGroups(stack: Stack): GroupWatch {
  const groups = new Set<number>();
  const look = () => {
    for (const part of PARTS) {
      const pid = stack.pidOf(part);
      if (pid !== undefined) groups.add(pid);
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    leftBehind() {
      clearInterval(timer);
      return processes().flatMap(({ pid, group, command }) => (groups.has(group) ? [`${pid} ${command}`] : []));
    },
  };
}

/** `ps` knows groups on every system that has one; the columns are POSIX. */
function processes(): { pid: number; group: number; command: string }[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [, pid, group, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && group && command && !command.includes('<defunct>')
      ? [{ pid: Number(pid), group: Number(group), command }]
      : [];
  });
}
