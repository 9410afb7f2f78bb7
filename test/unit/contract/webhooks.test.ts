import { randomUUID } from 'node:crypto';
import { describeWebhooks } from '../../contract/webhooks.ts';
import { createFakeStills } from '../../support/fake-stills.ts';
import { createFakeWebhooks } from '../../support/fake-webhooks.ts';

describeWebhooks(async () => {
  const identities = new Map<string, { tenantId: string; characterId: string; identityId: string }>();
  const stills = createFakeStills();
  const webhooks = createFakeWebhooks({
    characterOf(tenantId, identityId) {
      const identity = identities.get(identityId);
      return identity?.tenantId === tenantId ? identity.characterId : undefined;
    },
    isBatch: async (tenantId, batchId) => (await stills.batch(tenantId, batchId)) !== undefined,
  });
  return {
    ...webhooks,
    stills,
    async newIdentity() {
      const identity = { tenantId: randomUUID(), characterId: randomUUID(), identityId: randomUUID() };
      identities.set(identity.identityId, identity);
      return identity;
    },
  };
});
