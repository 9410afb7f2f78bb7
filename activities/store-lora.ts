// Step 3c: our own copy of the LoRA, checked and pinned by its SHA-256: the provider's may expire or change.

import { createHash } from 'node:crypto';
import { heartbeat } from '@temporalio/activity';
import { Failure } from '../domain/failure.ts';
import { loraObject, trainingCallKey } from '../domain/keys.ts';
import type { ProviderSteps } from '../domain/steps.ts';
import { activity } from './activity.ts';
import { knownCall } from './paid-call.ts';
import type { Ports } from './ports.ts';
import { providerFile } from './provider-file.ts';
import { checkSafetensors } from './safetensors.ts';

/** A flux LoRA of rank 16 is about 90 MB; nothing that we ask for is near this. */
const MAX_LORA_BYTES = 1024 * 1024 * 1024;

export function storeLora(ports: Pick<Ports, 'store' | 'files' | 'ledger' | 'provider'>): ProviderSteps['storeLora'] {
  return activity(async ({ tenantId, identityId, training }) => {
    const call = await knownCall(ports.ledger, trainingCallKey(identityId, training));
    const { requestId, result } = call;
    if (requestId === undefined || !result)
      throw new Failure('Internal', `${call.key} is stored before it was settled.`);
    const { bytes, url: providerUrl } = await providerFile(ports, {
      call: { ...call, requestId },
      result,
      addressIn: loraUrl,
      maxBytes: MAX_LORA_BYTES,
    });
    heartbeat();
    checkSafetensors(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const object = loraObject(tenantId, identityId, training);
    await ports.files.put(object, bytes, 'application/octet-stream');
    await ports.store.saveLora(tenantId, identityId, { training, object, sha256, bytes: bytes.length, providerUrl });
    await ports.store.saveStage(tenantId, identityId, 'testing');
    return { training, sha256, bytes: bytes.length };
  });
}

function loraUrl(result: Record<string, unknown>): string {
  const file = result.diffusers_lora_file;
  const url: unknown = typeof file === 'object' && file !== null && 'url' in file ? file.url : undefined;
  if (typeof url !== 'string') throw new Failure('InvalidLora', 'The training ended without a LoRA file.');
  return url;
}
