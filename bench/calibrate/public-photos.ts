// The public photos that the shipped constants are fitted and checked on: sources/*.json. Who is who and what they are
// labelled as is in sources/people.json; a photo is named by its repository, commit and path, and by its Git blob hash.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { everyPair, type LabelledPhotos, UnusableData } from './labelled-photos.ts';

const FOLDER = join(import.meta.dirname, 'sources');
const PEOPLE = 'people.json';
const SHA1 = /^[0-9a-f]{40}$/;

const People = z.record(
  z.string(),
  z.strictObject({
    group: z.string(),
    sex: z.enum(['f', 'm']),
    age: z.enum(['child', 'young', 'middle', 'old']).optional(),
    has: z.array(z.enum(['glasses', 'beard', 'hijab', 'old_photo'])).optional(),
    /** All photos were taken at one occasion: too easy for a pair of one person, good for pairs of two people. */
    oneSession: z.literal(true).optional(),
  }),
);

const Source = z.strictObject({
  /** `owner/name` on GitHub, and the commit that the paths are of. */
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  commit: z.string().regex(SHA1),
  licence: z.string(),
  licenceStated: z.string(),
  /** How it is known who is who. */
  labels: z.string(),
  /** What all paths begin with. */
  root: z.string(),
  /** Each person's photos: path to Git blob hash. */
  photos: z.record(z.string(), z.record(z.string(), z.string().regex(SHA1))),
  /** Photos that show somebody else than labelled, or nobody: path to what is wrong. Never for a score. */
  excluded: z.record(z.string(), z.string()).default({}),
});

export interface PublicPhoto {
  /** As reports call it: source, person and file. */
  name: string;
  person: string;
  repo: string;
  commit: string;
  /** Inside the repository. */
  path: string;
  /** SHA-1 of the file as a Git blob. */
  blob: string;
}

export interface PublicSet {
  sources: readonly { name: string; repo: string; commit: string; licence: string }[];
  people: z.infer<typeof People>;
  photos: readonly PublicPhoto[];
  excluded: readonly { name: string; reason: string }[];
}

/** Reads the manifest. Throws UnusableData when it contradicts itself. */
export function readPublicSet(folder = FOLDER): PublicSet {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const people = People.parse(read(PEOPLE));
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== PEOPLE);
  const sources = files.sort().map((file) => ({ name: file.slice(0, -'.json'.length), ...Source.parse(read(file)) }));
  const excluded: PublicSet['excluded'][number][] = [];
  const photos = sources.flatMap((source) => {
    const unknown = new Set(Object.keys(source.excluded));
    const kept = Object.entries(source.photos).flatMap(([person, own]) => {
      if (!people[person]) throw new UnusableData(`${source.name}.json names ${person}, who is not in ${PEOPLE}.`);
      return Object.entries(own).flatMap(([path, blob]) => {
        const name = `${source.name} ${person} ${path.slice(path.lastIndexOf('/') + 1)}`;
        const reason = source.excluded[path];
        if (reason === undefined)
          return [{ name, person, repo: source.repo, commit: source.commit, path: source.root + path, blob }];
        unknown.delete(path);
        excluded.push({ name, reason });
        return [];
      });
    });
    for (const path of unknown) throw new UnusableData(`${source.name}.json excludes ${path}, which it does not have.`);
    return kept;
  });
  return { sources, people, photos, excluded };
}

/** The photos that could be had, with every pair that says something. `fileOf` tells where a photo lies. */
export function labelledPublicPhotos(
  { people, photos }: PublicSet,
  files: ReadonlyMap<string, string>,
): LabelledPhotos {
  const had = photos.flatMap(({ name, person, blob }) => {
    const file = files.get(blob);
    const labels = people[person];
    return file && labels ? [{ name, file, person, labels }] : [];
  });
  return everyPair(had);
}
