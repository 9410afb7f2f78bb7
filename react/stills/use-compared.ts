// The reference photos beside a face, one at a time.

import { useState } from 'react';
import { type ReferencePhoto, stepAround } from '../review/references.ts';
import { useReferences } from '../state/use-references.ts';

export interface ComparedReferences {
  references: readonly ReferencePhoto[] | undefined;
  place: number;
  turn: (by: 1 | -1) => void;
  error: Error | null;
}

export function useCompared(identityId: string | undefined): ComparedReferences {
  const [chosen, setChosen] = useState<{ identityId: string | undefined; place: number }>();
  const { references, error } = useReferences(identityId);
  const place = chosen?.identityId === identityId ? (chosen?.place ?? 0) : 0;
  const turn = (by: 1 | -1) => setChosen({ identityId, place: stepAround(place, by, references?.length ?? 0) });
  return { references, place, turn, error };
}
