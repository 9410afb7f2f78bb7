// The photos of a form that are not sent yet, or not all: chosen files beside photos that are in store already. All of
// them are judged as the one set that a run would get.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { CharacterPicture, LikenessClient, Photo, PhotoFile, PreflightReport } from '../../client/index.ts';
import type { QuarterTurn } from '../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { texts } from '../texts.ts';
import { fileProblem } from './file-problem.ts';
import { nameOf, sourceOf } from './generated-pictures.ts';
import { useLikeness } from './likeness-provider.tsx';
import { fitsOneRequest } from './one-request.ts';
import { fetchPicture } from './use-picture.ts';

export type JudgedPhoto = PreflightReport['photos'][number];

export interface DraftPhoto {
  /** Of this draft alone. */
  key: string;
  name: string;
  /** Undefined for a photo that was in store before. */
  file?: File;
  /** Degrees, clockwise, by which the file is turned when it is judged and stored. */
  turnBy?: QuarterTurn;
  /** The generated picture that it is: one that is not stored yet is taken from there. */
  pictureId?: string;
  /** Once it is in store. */
  photoId?: string;
  /** Put there by this draft, which may take it away again. */
  storedHere?: boolean;
  /** Its first bytes are being read. */
  unread?: boolean;
  /** Why it needs no look: the API takes no such file. */
  problem?: string;
}

export interface Draft {
  photos: DraftPhoto[];
  /** By the key of the photo; absent while it is looked at. */
  verdicts: ReadonlyMap<string, JudgedPhoto>;
  set: PreflightReport['set'] | undefined;
  advice: PreflightReport['advice'];
  /** Some photos have not been looked at yet. */
  isLooking: boolean;
  /** How much of what is looked at has gone out, from 0 to 1. */
  share: number;
  error: Error | null;
  lookAgain: () => void;
  add: (files: readonly File[]) => void;
  addPictures: (pictures: readonly CharacterPicture[]) => void;
  remove: (key: string) => void;
  /** Turns a photo, which is then another one: it is looked at again. */
  turn: (key: string, by: QuarterTurn) => void;
  /** Notes that files of the draft are in store now. */
  stored: (ids: ReadonlyMap<string, string>) => void;
}

/** `maximum`: how many photos a run takes. */
export function useDraft(base: readonly Photo[], maximum: number): Draft {
  const client = useLikeness();
  const [photos, setPhotos] = useState<DraftPhoto[]>(() => base.map(fromStore));
  const [share, setShare] = useState(0);
  const count = useRef(0);
  const now = useRef(photos);
  useEffect(() => {
    now.current = photos;
  }, [photos]);
  const sent = photos.filter(({ problem, unread }) => problem === undefined && !unread);
  const isReading = photos.some(({ unread }) => unread);
  const keys = sent.map(({ key }) => key);

  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['likeness', 'inspect', keys, maximum],
    queryFn: async () => {
      setShare(0);
      if (sent.length > PHOTO_LIMITS.maxPhotosEver) return { keys };
      const files = await Promise.all(sent.map((photo) => blobOf(client, photo)));
      if (!fitsOneRequest(files, maximum)) return { keys };
      const photos = files.map((file, index) => asSent(file, sent[index]));
      return { keys, report: await client.photos.inspect(photos, setShare) };
    },
    enabled: sent.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const report = sent.length > 0 ? data?.report : undefined;
  const isNow = data?.keys.join() === keys.join() && !isReading;
  const set = report?.set ?? (data && sent.length > 0 ? tooMany(sent.length, maximum) : undefined);
  const verdicts = new Map(
    (data?.keys ?? []).flatMap((key, index) => {
      const judged = report?.photos[index];
      return judged ? [[key, judged]] : [];
    }),
  );

  return {
    photos,
    verdicts,
    set: isNow ? set : undefined,
    advice: isNow ? (report?.advice ?? []) : [],
    isLooking: isReading || (sent.length > 0 && (isFetching || !isNow) && !(error && !isFetching)),
    share,
    error: isFetching ? null : error,
    lookAgain: () => void refetch(),
    add(files) {
      const added = files.map((file) => {
        count.current += 1;
        return { key: `file-${count.current}`, name: file.name, file };
      });
      setPhotos((before) => [...before, ...added.map((photo) => ({ ...photo, unread: true }))]);
      // All at once, so that those of one drop are looked at together.
      void Promise.all(added.map(read)).then((known) => {
        setPhotos((before) => before.map((photo) => known.find(({ key }) => key === photo.key) ?? photo));
      });
    },
    addPictures(pictures) {
      const added = pictures.map((picture): DraftPhoto => {
        count.current += 1;
        const { pictureId } = picture;
        return { key: `picture-${count.current}`, name: nameOf(picture), pictureId, unread: true };
      });
      setPhotos((before) => [...before, ...added]);
      void Promise.all(pictures.map((picture, index) => load(client, picture, added[index]))).then((known) => {
        setPhotos((before) => before.map((photo) => known.find((one) => one?.key === photo.key) ?? photo));
      });
    },
    remove(key) {
      const photo = photos.find((one) => one.key === key);
      setPhotos((before) => before.filter((one) => one.key !== key));
      if (photo?.photoId && photo.storedHere) discard(client, photo.photoId);
    },
    turn(key, by) {
      const photo = photos.find((one) => one.key === key);
      if (!photo) return;
      count.current += 1;
      // Turned, it is another picture than the one that was generated.
      const { photoId, storedHere, pictureId: _, ...rest } = photo;
      const turned: DraftPhoto = { ...rest, key: `file-${count.current}` };
      const turnBy = turnedBy(photo.turnBy, by);
      if (turnBy === 0) delete turned.turnBy;
      else turned.turnBy = turnBy;
      const put = (from: string, to: DraftPhoto) =>
        setPhotos((before) => before.map((one) => (one.key === from ? to : one)));
      if (photo.file) {
        put(key, turned);
        if (photoId && storedHere) discard(client, photoId);
        return;
      }
      // What is in store is stored anew, so that no run that knows it meets another picture.
      put(key, { ...turned, unread: true });
      blobOf(client, photo).then(
        (file) => put(turned.key, { ...turned, file }),
        () => put(turned.key, { ...turned, problem: texts.modal.cannotOpen }),
      );
    },
    stored(ids) {
      for (const [key, photoId] of ids) {
        // Removed while it was on its way.
        if (!now.current.some((photo) => photo.key === key)) discard(client, photoId);
      }
      setPhotos((before) =>
        before.map((photo) => {
          const photoId = ids.get(photo.key);
          return photoId ? { ...photo, photoId, storedHere: true } : photo;
        }),
      );
    },
  };
}

async function read(photo: DraftPhoto & { file: File }): Promise<DraftPhoto> {
  const problem = await fileProblem(photo.file);
  return problem === undefined ? photo : { ...photo, problem };
}

async function load(
  client: LikenessClient,
  picture: CharacterPicture,
  photo: DraftPhoto | undefined,
): Promise<DraftPhoto | undefined> {
  if (!photo) return undefined;
  const { unread: _, ...loaded } = photo;
  try {
    const blob = await fetchPicture(client, sourceOf(picture));
    return { ...loaded, file: new File([blob], photo.name, { type: blob.type }) };
  } catch {
    return { ...loaded, problem: texts.modal.generated.gone };
  }
}

const TURN = 360;

function turnedBy(before: QuarterTurn | undefined, by: QuarterTurn): 0 | QuarterTurn {
  return (((before ?? 0) + by) % TURN) as 0 | QuarterTurn;
}

/** A file with its turn, as the client takes it. */
export function asSent(file: File, photo: DraftPhoto | undefined): PhotoFile {
  return photo?.turnBy === undefined ? file : { file, turnBy: photo.turnBy };
}

/** What the API would say of so many, had they been sent. */
function tooMany(total: number, maximum: number): PreflightReport['set'] {
  const problem = { code: 'too_many_photos', message: texts.modal.tooMany(maximum, total) } as const;
  return { usable: total, total, minimum: PHOTO_LIMITS.minPhotos, maximum, sufficient: false, problem };
}

function fromStore({ photoId, origin }: Photo, index: number): DraftPhoto {
  const photo = { key: photoId, name: `photo-${index + 1}.jpg`, photoId };
  return origin.kind === 'generated' ? { ...photo, pictureId: origin.pictureId } : photo;
}

async function blobOf(client: LikenessClient, { file, photoId, name }: DraftPhoto): Promise<File> {
  if (file) return file;
  return new File([await client.photos.content(photoId ?? '')], name, { type: 'image/jpeg' });
}

/** One that stays after all is seen in the store the next time; nothing depends on it. */
function discard(client: LikenessClient, photoId: string): void {
  client.photos.delete(photoId).catch(() => undefined);
}
