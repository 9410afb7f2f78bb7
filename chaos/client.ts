// The API for the chaos runs: a request without an answer is repeated with the same key until it is answered.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../api/schemas/identity.ts';

export interface Answer {
  status: number;
  body: unknown;
}

export interface PatientClient {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  identity(identityId: string): Promise<Identity>;
}

const PAUSE_MS = 400;
const PATIENCE_MS = 5 * 60_000;
/** Longer than the API itself waits for a worker. */
const ANSWER_WITHIN_MS = 20_000;

export function patientClient(baseUrl: string, key: string): PatientClient {
  async function once(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const form = body instanceof FormData;
    const answer = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    let last = 'no answer';
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
      try {
        const answer = await once(method, path, body, headers);
        if (answer.status < 500) return answer;
        last = `${answer.status} ${JSON.stringify(answer.body)}`;
      } catch (error) {
        last = String(error); // down, or killed in the middle of it
      }
    }
    throw new Error(`${method} ${path} was not answered in ${PATIENCE_MS / 60_000} minutes: ${last}`);
  }

  return {
    ask,
    async identity(identityId) {
      const { status, body } = await ask('GET', `/v1/identities/${identityId}`);
      if (status !== 200) throw new Error(`identity ${identityId}: ${status} ${JSON.stringify(body)}`);
      return body as Identity;
    },
  };
}
