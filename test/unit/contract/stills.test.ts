import { randomUUID } from 'node:crypto';
import { describeStills, memberOf } from '../../contract/stills.ts';
import { createFakeStills } from '../../support/fake-stills.ts';

describeStills(async () => {
  const stills = createFakeStills();
  const newTenant = async () => randomUUID();
  return {
    stills,
    newTenant,
    newMember: async () => ({
      tenantId: await newTenant(),
      member: memberOf(randomUUID(), randomUUID(), 'd'.repeat(64)),
    }),
    charge: async (_tenantId, stillId, amount) => stills.charge(stillId, amount),
    async setVersion(_tenantId, { identityId, version }, state) {
      stills.versionStates.set(`${identityId}/${version}`, state);
    },
  };
});
