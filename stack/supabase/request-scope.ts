// The data of one request while it runs through @supabase/lite, whose code we do not own: the errors that it prints
// (with the statement's parameters, so with personal data: they must not reach stderr), the upload that waits to be
// stored, and the object that it decided to return.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { OpenObject, ReceivedBody } from './object-store.ts';

export interface RequestScope {
  /** The errors that @supabase/lite would have printed, in order: the only source for the causes of its answers. */
  printed: unknown[];
  incoming?: ReceivedBody;
  outgoing?: OpenObject;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** The scope of the request that is running, undefined outside one. */
export function currentScope(): RequestScope | undefined {
  return scopes.getStore();
}

/** Runs `job` inside `scope`: its console.error and console.warn are collected there. */
export function runInScope<T>(scope: RequestScope, job: () => Promise<T>): Promise<T> {
  divertConsole();
  return scopes.run(scope, job);
}

let diverted = false;

function divertConsole(): void {
  if (diverted) return;
  diverted = true;
  for (const method of ['error', 'warn'] as const) {
    const print = console[method].bind(console);
    console[method] = (...args: unknown[]) => {
      const scope = scopes.getStore();
      if (scope) scope.printed.push(...args);
      else print(...args);
    };
  }
}
