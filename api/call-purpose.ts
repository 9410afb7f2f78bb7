// The purpose of a paid request in the API's terms: by its subject, and by the kind of its model.

import type { Models } from '../core/ports/models.ts';
import type { CallSubjectKind, ProviderCall } from '../domain/provider-call.ts';

export const CALL_PURPOSES = ['training', 'test_image', 'still', 'proxy_image', 'proxy_training'] as const;
type CallPurpose = (typeof CALL_PURPOSES)[number];

const PURPOSES: Record<CallSubjectKind, { trains: CallPurpose; draws: CallPurpose }> = {
  identity: { trains: 'training', draws: 'test_image' },
  still: { trains: 'still', draws: 'still' },
  app: { trains: 'proxy_training', draws: 'proxy_image' },
};

export function purposeOf(models: Models, call: Pick<ProviderCall, 'subject' | 'profile'>): CallPurpose {
  const { trains, draws } = PURPOSES[call.subject.kind];
  return models.ofCall(call).profile.kind === 'trainer' ? trains : draws;
}
