// The reference photos of an identity that a picture is compared with.

import { useQuery } from '@tanstack/react-query';
import { type ReferencePhoto, referencesOf } from '../review/references.ts';
import { useLikeness } from './likeness-provider.tsx';
import { identityKey } from './use-identity.ts';

/** Nothing is asked while there is no id. */
export function useReferences(identityId: string | undefined): {
  references: ReferencePhoto[] | undefined;
  error: Error | null;
} {
  const client = useLikeness();
  const { data, error } = useQuery({
    queryKey: identityKey(identityId),
    queryFn: () => client.identities.get(identityId ?? ''),
    enabled: identityId !== undefined,
  });
  return { references: data && referencesOf(data), error };
}
