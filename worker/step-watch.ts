// Logs and times every attempt of a step.

import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { isFailureCode } from '../domain/failure.ts';

/** `ended` gets the activity's type, the outcome (`ok`, `cancelled` or a failure's code), and seconds. */
export function stepWatch(
  log: Logger,
  ended: (activity: string, outcome: string, seconds: number) => void,
): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const started = performance.now();
        const end = (outcome: string) => {
          const ms = performance.now() - started;
          ended(info.activityType, outcome, ms / 1000);
          const { activityType, attempt, workflowExecution } = info;
          const line = {
            workflowId: workflowExecution?.workflowId,
            activityType,
            attempt,
            outcome,
            ms: Math.round(ms),
          };
          // A poll of a running job is not logged.
          if (outcome === 'NotReadyYet') log.debug(line, 'step');
          else log.info(line, 'step');
        };
        try {
          const answer = await next(input);
          end('ok');
          return answer;
        } catch (error) {
          end(outcomeOf(error));
          throw error;
        }
      },
    },
  });
}

function outcomeOf(error: unknown): string {
  if (error instanceof CancelledFailure) return 'cancelled';
  const type = error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
  return isFailureCode(type) ? type : 'Unexpected';
}
