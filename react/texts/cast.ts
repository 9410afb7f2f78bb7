// The cast.

import type { HumanNoun } from '../../domain/subject.ts';

const nouns: Record<HumanNoun, string> = {
  person: 'Person',
  woman: 'Woman',
  man: 'Man',
  girl: 'Girl',
  boy: 'Boy',
  child: 'Child',
};

export const cast = {
  title: 'Cast',
  lead: 'Give each character three to five photos. Every later frame will look like them.',
  add: 'New character',
  adding: 'Adding…',
  addTitle: 'New character',
  addLead: 'The name is only for you. It can be anything.',
  name: 'Name',
  namePlaceholder: 'Captain Mara',
  nameMissing: 'Enter a name.',
  noun: 'Trained as',
  nouns,
  nounHint: 'The word for them in captions and prompts. “Girl” and “boy” are children to image models.',
  /** Of whatever the API says: other kinds of characters have other nouns. */
  nounText: (noun: string) => Object.entries(nouns).find(([known]) => known === noun)?.[1] ?? noun,
  list: 'Characters',
  emptyTitle: 'No characters yet',
  emptyLead: 'Add the first member of your cast, then prepare their identity from a few photos.',
  errorTitle: 'The cast could not be loaded',
  prepare: 'Prepare Identity',
  prepareFor: (name: string) => `Prepare Identity of ${name}`,
  progress: 'View progress',
  progressFor: (name: string) => `View progress of ${name}`,
  review: 'Review tests',
  reviewFor: (name: string) => `Review tests of ${name}`,
  open: 'Open identity',
  openFor: (name: string) => `Open identity of ${name}`,
  inScene: 'Use in a scene',
  inSceneFor: (name: string) => `Use ${name} in a scene`,
  resolve: 'See what is needed',
  resolveFor: (name: string) => `See what is needed for ${name}`,
  none: 'Not prepared',
  noCurrent: 'No current version',
  ready: 'Identity Ready',
  version: (n: number) => `Version ${n}`,
  newer: 'Next version:',
  newVersion: 'New version',
  newVersionFor: (name: string) => `New version of ${name}`,
  photoOf: (name: string) => `Reference photo of ${name}`,
};
