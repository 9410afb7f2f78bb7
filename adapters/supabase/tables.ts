// The ports that are tables, for the composition roots.

import type { Ports } from '../../core/ports/index.ts';
import { createCharacters } from './characters.ts';
import type { Supabase } from './client.ts';
import { createIdentities } from './identities.ts';
import { createKeys } from './keyring.ts';
import { createPhotos } from './photos.ts';
import { createPictures } from './pictures.ts';
import { createRescores } from './rescores.ts';
import { createRetests } from './retests.ts';
import { createStills } from './stills.ts';
import { createTenantSettings } from './tenant-settings.ts';
import { createTestImages } from './test-images.ts';
import { createVersions } from './versions.ts';

export type Tables = Pick<
  Ports,
  | 'keys'
  | 'characters'
  | 'photos'
  | 'pictures'
  | 'identities'
  | 'versions'
  | 'testImages'
  | 'retests'
  | 'rescores'
  | 'stills'
  | 'tenantSettings'
>;

export function createTables(client: Supabase): Tables {
  return {
    keys: createKeys(client),
    characters: createCharacters(client),
    photos: createPhotos(client),
    pictures: createPictures(client),
    identities: createIdentities(client),
    versions: createVersions(client),
    testImages: createTestImages(client),
    retests: createRetests(client),
    rescores: createRescores(client),
    stills: createStills(client),
    tenantSettings: createTenantSettings(client),
  };
}
