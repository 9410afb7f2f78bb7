// A picture behind the key: an <img> can't send one, so it is fetched, shown as an object URL, and let go after.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LikenessClient } from '../../client/index.ts';
import { useLikeness } from './likeness-provider.tsx';

/** As long as the API lets a browser keep its own copy: erased must mean gone. */
const KEEP_MS = 300_000;

/** A photo of a character, a reference of an identity, a test image, or a picture of a still. */
export type PictureSource =
  | { photoId: string }
  | { identityId: string; photoId: string }
  | { imageId: string }
  | { pictureId: string };

interface ShownPicture {
  url: string | undefined;
  error: Error | null;
}

/** Undefined: nothing to show yet. */
export function usePicture(source: PictureSource | undefined): ShownPicture {
  const client = useLikeness();
  const { data, error } = useQuery({
    queryKey: ['likeness', 'picture', source],
    queryFn: () => fetchPicture(client, source),
    enabled: source !== undefined,
    staleTime: KEEP_MS,
    gcTime: KEEP_MS,
  });
  const url = useObjectUrl(data);
  return { url, error };
}

/** The picture itself. */
export async function fetchPicture(client: LikenessClient, source: PictureSource | undefined): Promise<Blob> {
  if (!source) throw new Error('there is no picture to fetch');
  if ('pictureId' in source) return client.stills.picture(source.pictureId);
  if ('imageId' in source) return client.identities.image(source.imageId);
  if ('identityId' in source) return client.identities.reference(source.identityId, source.photoId);
  return client.photos.content(source.photoId);
}

/** An address for a blob, as long as the component and the blob are there. */
export function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      setUrl(undefined);
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return url;
}
