// A worker that dies: the step goes on until a named call, and from there nothing of it runs any more, no catch
// and no clean-up. What the call did before the death stays done.

import type { StepPorts } from '../../../activities/create-activities.ts';
import type { Attempt } from '../../../core/ports/attempt.ts';
import { run } from './run-step.ts';

type PortName = 'ledger' | 'provider' | 'identities' | 'testImages' | 'files' | 'stills';

export interface Death {
  at: `${PortName}.${string}`;
  /** A worker can die before the call did its work, or after it without having heard the answer. */
  when: 'before' | 'after';
}

/** Runs the step until it dies there. Fails when the step ends without having come to that call. */
export function runUntilDeath<In>(
  makeStep: (ports: StepPorts) => (input: In, attempt: Attempt) => Promise<unknown>,
  world: StepPorts,
  input: In,
  { at, when }: Death,
): Promise<void> {
  const [portName, method = ''] = at.split('.') as [PortName, string];
  const port = world[portName];
  const original: unknown = Reflect.get(port, method);
  if (typeof original !== 'function') throw new Error(`no call ${at}`);
  return new Promise((died, survived) => {
    const dying = async (...args: unknown[]) => {
      if (when === 'after') await original(...args);
      died();
      return new Promise<never>(() => undefined);
    };
    const step = makeStep({ ...world, [portName]: { ...port, [method]: dying } });
    run(step, input).then(() => survived(new Error(`the step ended without ${at}`)), survived);
  });
}
