// What the database need not be asked each time somebody reads the state of a run, which is the run's own to tell.

import type { Ports } from '../core/ports/index.ts';
import { identitySubject } from '../domain/provider-call.ts';
import type { IdentityFacts, SpendOf } from './identity-view.ts';
import { keepAnswers } from './keep-answers.ts';

/** Whose an identity is never changes; but its row may be deleted, and is not answered for longer than this. */
const FACTS_KEPT_MS = 60_000;
/** A new revision of the state asks anew, so that the cost is never behind the state; else it is so old at most… */
const SPEND_KEPT_MS = 2_000;
/** …and so old where the revision is as old: a run that rests spends little beside a test on request. */
const SPEND_KEPT_AT_REST_MS = 10_000;
/** A kilobyte each. */
const MOST = 10_000;

interface KeptReads {
  identity(tenantId: string, identityId: string): Promise<IdentityFacts | undefined>;
  spend: SpendOf;
}

export function keepReads({ identities, books }: Pick<Ports, 'identities' | 'books'>): KeptReads {
  async function facts(tenant: string, identityId: string): Promise<IdentityFacts | undefined> {
    const row = await identities.find(tenant, identityId);
    if (!row) return undefined;
    const { id, tenantId, trainer, generator, trainingSteps } = row;
    return { id, tenantId, trainer, generator, trainingSteps };
  }
  const keptSpend = keepAnswers<Parameters<SpendOf>, Awaited<ReturnType<SpendOf>>>(
    (tenantId, identityId) => books.spend(tenantId, identitySubject(identityId)),
    { forMs: SPEND_KEPT_MS, longestMs: SPEND_KEPT_AT_REST_MS, most: MOST },
  );
  return {
    identity: keepAnswers(facts, { forMs: FACTS_KEPT_MS, most: MOST }),
    spend: async (...question) => (await keptSpend(...question)) ?? { reserved: 0, charged: 0 },
  };
}
