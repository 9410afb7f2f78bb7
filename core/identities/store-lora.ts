// Step 3c: our own copy of the LoRA, checked and pinned by its SHA-256: the provider's may expire or change. The file
// passes through a piece at a time: twenty at once must fit in a worker.

import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import { loraObject, trainingCallKey } from '../../domain/keys.ts';
import type { ProviderSteps } from '../../domain/steps.ts';
import { providerFile } from '../files/provider-file.ts';
import { checkedSafetensors } from '../files/safetensors.ts';
import { knownCall } from '../payments/known-call.ts';
import type { Work } from '../ports/attempt.ts';
import type { Ports } from '../ports/index.ts';

/** A flux LoRA of rank 16 is about 90 MB; none that we request comes near this limit. */
const MAX_LORA_BYTES = 1024 * 1024 * 1024;

export function storeLora(
  ports: Pick<Ports, 'identities' | 'files' | 'ledger' | 'models' | 'provider'>,
): Work<ProviderSteps['storeLora']> {
  return async ({ tenantId, identityId, training }, attempt) => {
    const call = await knownCall(ports.ledger, trainingCallKey(identityId, training));
    const { requestId, result } = call;
    if (requestId === undefined || !result)
      throw new Failure('Internal', `${call.key} is stored before it was settled.`);
    const file = await providerFile(ports, attempt, {
      call: { ...call, requestId },
      result,
      addressIn: (answer) => ports.models.trainer(call.profile).lora(answer),
      maxBytes: MAX_LORA_BYTES,
    });
    const object = loraObject(tenantId, identityId, training);
    const hash = createHash('sha256');
    let bytes = 0;
    await ports.files.put(object, passing(), 'application/octet-stream');
    const lora = { training, sha256: hash.digest('hex'), bytes };
    await ports.identities.saveLora(tenantId, identityId, { ...lora, object });
    await ports.identities.saveStage(tenantId, identityId, 'testing');
    return lora;

    /** A file that is not a LoRA stops the upload and is not kept. */
    async function* passing(): AsyncGenerator<Uint8Array> {
      for await (const chunk of checkedSafetensors(file)) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
  };
}
