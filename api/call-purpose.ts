// What a paid request is for, as the API has always named it: by whom it is paid for, and by the kind of its profile.

import type { CallSubjectKind, ProviderCall } from '../domain/provider-call.ts';
import { PROFILES, type ProfileKind } from '../domain/provider-profile.ts';

export const CALL_PURPOSES = ['training', 'test_image', 'proxy_image', 'proxy_training'] as const;
type CallPurpose = (typeof CALL_PURPOSES)[number];

const PURPOSES: Record<CallSubjectKind, Record<ProfileKind, CallPurpose>> = {
  identity: { trainer: 'training', generator: 'test_image' },
  app: { trainer: 'proxy_training', generator: 'proxy_image' },
};

export function purposeOf({ subject, profile }: Pick<ProviderCall, 'subject' | 'profile'>): CallPurpose {
  return PURPOSES[subject.kind][PROFILES[profile].kind];
}
