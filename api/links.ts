// Addresses inside the API, and the one of a run in Temporal's Web UI.

import { identityWorkflowId } from '../domain/keys.ts';
import type { ApiDeps } from './deps.ts';

export const identityPath = (identityId: string): string => `/v1/identities/${identityId}`;
export const testsPath = (identityId: string): string => `${identityPath(identityId)}/tests`;
export const rescorePath = (identityId: string): string => `${identityPath(identityId)}/rescore`;
export const batchPath = (batchId: string): string => `/v1/stills/${batchId}`;
export const stillPath = (batchId: string, stillId: string): string => `${batchPath(batchId)}/frames/${stillId}`;
export const pictureContentPath = (pictureId: string): string => `/v1/pictures/${pictureId}/content`;
export const photoContentPath = (photoId: string): string => `/v1/photos/${photoId}/content`;
export const imageContentPath = (imageId: string): string => `/v1/images/${imageId}/content`;

export const referenceContentPath = (identityId: string, photoId: string): string =>
  `${identityPath(identityId)}/references/${photoId}/content`;

/** The run in the Web UI. */
export const webUiLink = (webUi: NonNullable<ApiDeps['webUi']>, identityId: string): string =>
  workflowLink(webUi, identityWorkflowId(identityId));

export function workflowLink(webUi: NonNullable<ApiDeps['webUi']>, workflowId: string): string {
  const workflow = encodeURIComponent(workflowId);
  return `${webUi.url.replace(/\/$/, '')}/namespaces/${encodeURIComponent(webUi.namespace)}/workflows/${workflow}`;
}
