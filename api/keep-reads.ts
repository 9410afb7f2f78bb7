// Cached rows for answers about a run's state, which itself comes from the run.

import type { Ports } from '../core/ports/index.ts';
import { identitySubject } from '../domain/provider-call.ts';
import type { IdentityFacts, SpendOf } from './identity-view.ts';
import { keepAnswers } from './keep-answers.ts';

/** The tenant of an identity never changes; but its row may be deleted, so it is kept no longer than this. */
const FACTS_KEPT_MS = 60_000;
/** A new revision is looked up anew, so that the cost is as new as the state; else the cost is at most this old… */
const SPEND_KEPT_MS = 2_000;
/** …and this old where the revision is as old: a run at rest only pays for tests on request. */
const SPEND_KEPT_AT_REST_MS = 10_000;
/** One kilobyte each. */
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
