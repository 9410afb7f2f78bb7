// Addresses inside the API, and the one that leads operators to Temporal's Web UI.

import { identityWorkflowId } from '../domain/keys.ts';
import type { ApiDeps } from './deps.ts';

export const identityPath = (identityId: string): string => `/v1/identities/${identityId}`;
export const photoContentPath = (photoId: string): string => `/v1/photos/${photoId}/content`;
export const imageContentPath = (imageId: string): string => `/v1/images/${imageId}/content`;

/** The run in the Web UI. */
export function webUiLink(webUi: NonNullable<ApiDeps['webUi']>, identityId: string): string {
  const workflow = encodeURIComponent(identityWorkflowId(identityId));
  return `${webUi.url.replace(/\/$/, '')}/namespaces/${encodeURIComponent(webUi.namespace)}/workflows/${workflow}`;
}
