// Sends the usable files of a draft to the store, as soon as that is allowed: what a run would cost can be asked for
// photos in store alone, and a person wants to know it before the click.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PreflightReport } from '../../client/index.ts';
import { byWay } from './generated-pictures.ts';
import { useLikeness } from './likeness-provider.tsx';
import { asSent, type Draft, type DraftPhoto } from './use-draft.ts';
import { photosKey } from './use-photos.ts';

/** Files that are being sent: how many, how many bytes, and the share of them that has gone out, from 0 to 1. */
export interface Sending {
  count: number;
  bytes: number;
  share: number;
}

interface StoredDraft {
  /** All usable photos, once every one of them is in store. */
  photoIds: string[] | undefined;
  /** What is on its way. */
  storing: Sending | undefined;
  error: Error | null;
  again: () => void;
}

/** Nothing is sent before `allowed`: the people shown have agreed, and the set is good enough to be used. */
export function useStoreDraft(characterId: string, draft: Draft, allowed: boolean): StoredDraft {
  const client = useLikeness();
  const queries = useQueryClient();
  const usable = draft.photos.filter((photo) => isUsable(draft, photo));
  const missing = usable.filter(({ photoId }) => photoId === undefined);
  const isDue = allowed && !draft.isLooking && draft.set?.sufficient === true && missing.length > 0;

  const [share, setShare] = useState(0);
  const { mutate, isPending, variables, error, reset } = useMutation({
    mutationFn: async (photos: readonly DraftPhoto[]) => {
      const { files, pictures } = byWay(photos);
      const ids = new Map<string, string>();
      const note = (sent: readonly DraftPhoto[], report: PreflightReport) => {
        for (const [index, { key }] of sent.entries()) {
          const photoId = report.photos[index]?.photoId;
          if (photoId) ids.set(key, photoId);
        }
      };
      if (pictures.length > 0) {
        const pictureIds = pictures.map(({ pictureId }) => pictureId);
        note(pictures, await client.photos.fromPictures(characterId, pictureIds));
      }
      if (files.length > 0) {
        const sent = files.flatMap((photo) => (photo.file ? [asSent(photo.file, photo)] : []));
        note(files, await client.photos.upload(characterId, sent, setShare));
      }
      if (ids.size < photos.length) throw new Error('a photo that could be used a moment ago was not stored');
      return ids;
    },
    onMutate: () => setShare(0),
    onSuccess: (ids) => {
      draft.stored(ids);
      void queries.invalidateQueries({ queryKey: photosKey(characterId) });
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `missing` is new at every render; its keys say the same.
  useEffect(() => {
    if (isDue && !isPending && !error) mutate(missing);
  }, [isDue, isPending, error, missing.map(({ key }) => key).join(), mutate]);

  const isWhole = allowed && !draft.isLooking && draft.set?.sufficient === true && missing.length === 0;
  return {
    photoIds: isWhole ? usable.flatMap(({ photoId }) => (photoId ? [photoId] : [])) : undefined,
    storing: isPending ? { ...sizeOf(variables), share } : undefined,
    error,
    again: reset,
  };
}

function sizeOf(photos: readonly DraftPhoto[]): Omit<Sending, 'share'> {
  return { count: photos.length, bytes: photos.reduce((sum, { file }) => sum + (file?.size ?? 0), 0) };
}

/** Good enough to be trained on, by itself. */
export function isUsable({ verdicts }: Draft, { key, problem }: DraftPhoto): boolean {
  const verdict = verdicts.get(key)?.verdict;
  return problem === undefined && verdict !== undefined && verdict !== 'rejected';
}
