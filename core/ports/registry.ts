// Rows for the API.

import type { ProviderCall } from '../../domain/provider-call.ts';
import type { Stage } from '../../domain/stage.ts';
import type { Subject } from '../../domain/subject.ts';
import type { Spend } from './books.ts';
import type { CharacterRow } from './characters.ts';
import type { IdentityRow, NewIdentity, StartLimits, StartRefused, StoredLora } from './identities.ts';
import type { Principal } from './keys.ts';
import type { UnclearCall } from './ledger.ts';
import type { Page, PageRequest } from './page.ts';
import type { PhotoRow } from './photos.ts';
import type { TestImageRow } from './test-images.ts';

/** Rows for the API. Every method is bound to a tenant: what belongs to another one does not exist. */
export interface Registry {
  /**
   * Who a key (its SHA-256, hex) belongs to; undefined for unknown, revoked and expired keys. That it was used is written
   * down once a minute, without anybody waiting for it.
   */
  principal(keyHash: string): Promise<Principal | undefined>;
  /** A person, when nothing else is said. */
  createCharacter(tenantId: string, name: string, subject?: Subject): Promise<CharacterRow>;
  /**
   * What the character is from now on. False, and nothing is changed, while an identity of it is open that was begun as
   * something else; undefined when there is no such character.
   */
  setSubject(tenantId: string, characterId: string, subject: Subject): Promise<boolean | undefined>;
  characters(tenantId: string, page: PageRequest): Promise<Page<CharacterRow>>;
  character(tenantId: string, characterId: string): Promise<CharacterRow | undefined>;
  addPhoto(photo: Omit<PhotoRow, 'createdAt'>): Promise<PhotoRow>;
  /** In the order of upload. */
  photosOf(tenantId: string, characterId: string): Promise<PhotoRow[]>;
  photo(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /** Answers the removed row, so that its file can follow. */
  removePhoto(tenantId: string, photoId: string): Promise<PhotoRow | undefined>;
  /**
   * Writes the row once, if the limits allow it: the same id again answers the row that is there, whatever they say by
   * now. Two at once can't both be the last that is allowed. Undefined when there is no such character.
   */
  openIdentity(
    identity: NewIdentity,
    limits: StartLimits,
  ): Promise<{ identity: IdentityRow } | StartRefused | undefined>;
  identity(tenantId: string, identityId: string): Promise<IdentityRow | undefined>;
  identities(
    tenantId: string,
    filter: { stage?: Stage | undefined; characterId?: string | undefined },
    page: PageRequest,
  ): Promise<Page<IdentityRow>>;
  testImages(tenantId: string, identityId: string, round?: number): Promise<TestImageRow[]>;
  testImage(tenantId: string, imageId: string): Promise<TestImageRow | undefined>;
  spend(tenantId: string, identityId: string): Promise<Spend>;
  /** The paid call that a webhook's token names; not bound to a tenant, because the token is the authority. */
  callByToken(token: string): Promise<ProviderCall | undefined>;
  /**
   * Writes the request id into a call that has none, as a webhook tells it. False when the call got another one
   * meanwhile or has gone on, and when the request is that of another call; the same again is true again.
   */
  adoptRequest(call: ProviderCall, requestId: string): Promise<boolean>;
  /** A request that this tenant made through the proxy. */
  proxyCall(tenantId: string, endpoint: string, requestId: string): Promise<ProviderCall | undefined>;
  /** The LoRA of an identity that a person approved; undefined for any other. */
  approvedLora(tenantId: string, identityId: string): Promise<StoredLora | undefined>;
  /** Those of these calls that the ledger has, in the order of the keys. */
  callsOf(tenantId: string, identityId: string, keys: readonly string[]): Promise<UnclearCall[]>;
}
