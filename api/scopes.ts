// How a route names its scope, once: auth/enforce-scopes.ts reads it from the route's OpenAPI security. docs/keys.md
// has the table of all scopes.

import type { Scope } from '../domain/scopes.ts';

/** The `security` of a route with this scope. */
export const needs = (scope: Scope): { bearer: [Scope] }[] => [{ bearer: [scope] }];
