// The target of an app's request to fal. Only the exact addresses that fal's client builds for our models are accepted.
// The text itself is compared, so that two parsers can't read it differently.

import { REQUEST_ID } from '../../adapters/fal/ids.ts';
import { PROXIED_MODELS, type ProxiedModel } from '../../adapters/fal/models/index.ts';
import type { RelayedLook } from '../../core/ports/relay.ts';
import { Problem } from '../problem.ts';

export type Target = { model: ProxiedModel } & ({ kind: 'submit' } | { kind: RelayedLook; requestId: string });

const ENDPOINTS = PROXIED_MODELS.map(({ profile }) => profile.endpoint);

const ORIGIN = 'https://queue.fal.run';
/** `/owner/app`, then the part about one request. */
const PATH =
  /^\/([a-z0-9-]+\/[a-z0-9-]+)(?:\/requests\/([^/?#]+)(\/status\/stream|\/status|\/cancel)?)?(\?logs=[01])?$/;

/** The target of the header `x-fal-target-url`; throws 403 `target_not_allowed`. */
export function targetOfUrl(method: string, url: string): Target {
  if (!url.startsWith(`${ORIGIN}/`)) throw refused();
  return targetOfPath(method, url.slice(ORIGIN.length));
}

/** The target of `{endpoint, method}`, which names the path, with or without fal's origin before it. */
export function targetOfEndpoint(method: string, endpoint: string): Target {
  if (endpoint.startsWith('https:')) return targetOfUrl(method, endpoint);
  return targetOfPath(method, endpoint.startsWith('/') ? endpoint : `/${endpoint}`);
}

function targetOfPath(method: string, path: string): Target {
  const [, named, requestId, operation, query] = PATH.exec(path) ?? [];
  const model = PROXIED_MODELS.find(({ profile }) => profile.endpoint === named);
  if (!model) throw refused();
  if (requestId === undefined) {
    if (method !== 'POST' || query !== undefined) throw refused();
    return { kind: 'submit', model };
  }
  if (!REQUEST_ID.test(requestId)) throw refused();
  switch (`${method} ${operation ?? ''}`) {
    case 'GET /status':
      return { kind: query === '?logs=1' ? 'status_with_logs' : 'status', model, requestId };
    case 'GET /status/stream':
      return { kind: query === '?logs=1' ? 'status_stream_with_logs' : 'status_stream', model, requestId };
    case 'GET ':
      if (query === undefined) return { kind: 'result', model, requestId };
      break;
    case 'PUT /cancel':
      if (query === undefined) return { kind: 'cancel', model, requestId };
  }
  throw refused();
}

function refused(): Problem {
  const detail =
    `The proxy passes on requests to ${ENDPOINTS.join(' and ')} at ${ORIGIN}: POST to submit, then GET …/requests/<id>/status or …/status/stream, ` +
    'GET …/requests/<id> and PUT …/requests/<id>/cancel. Use subscribe or queue of fal’s client; upload photos with ' +
    'POST /v1/characters/{id}/photos.';
  return new Problem('target_not_allowed', detail);
}
