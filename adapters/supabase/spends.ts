// The cost of subjects, batched: while one request is under way the queries gather, and the next request takes them
// together. A single query does not wait.

import DataLoader from 'dataloader';
import type { Books, Spend } from '../../core/ports/books.ts';
import type { CallSubject } from '../../domain/provider-call.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Supabase } from './client.ts';
import { unwrap } from './unwrap.ts';

const MOST_AT_ONCE = 100;
/** The longest wait behind a request that hangs. */
const GATHER_AT_MOST_MS = 100;
const NOTHING: Spend = { reserved: 0, charged: 0 };

interface Question {
  tenantId: string;
  subject: CallSubject;
}

/** Zero for a subject that the tenant does not have. A Failure is thrown to all callers of the same request. */
export function createSpends(client: Supabase): Books['spend'] {
  let underWay: Promise<unknown> = Promise.resolve();

  async function answers(questions: readonly Question[]): Promise<Spend[]> {
    const request = client.rpc('subject_spends', {
      p_tenants: questions.map(({ tenantId }) => tenantId),
      p_kinds: questions.map(({ subject }) => subject.kind),
      p_subjects: questions.map(({ subject }) => subject.id),
    });
    const asked = unwrap(request, 'the spend');
    underWay = asked.catch(() => undefined);
    return await asked;
  }

  const gathered = new DataLoader(answers, {
    cache: false,
    maxBatchSize: MOST_AT_ONCE,
    batchScheduleFn: (send) => {
      let patience: NodeJS.Timeout;
      const enough = new Promise((resolve) => {
        patience = setTimeout(resolve, GATHER_AT_MOST_MS);
      });
      void Promise.race([underWay, enough]).then(() => {
        clearTimeout(patience);
        send();
      });
    },
  });
  return async (tenantId, subject) => (isUuid(subject.id) ? gathered.load({ tenantId, subject }) : NOTHING);
}
