// The tests on request of an identity that is ready: the list, and a new one.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { newId } from '../../client/new-id.ts';
import type { IdentityTest, IdentityTests } from '../../client/types.ts';
import { isOpenRetest } from '../../domain/steps.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import { useLikeness } from './likeness-provider.tsx';

/** Images appear one by one, every few seconds. */
const WHILE_RUNNING_MS = 2000;

const testsKey = (identityId: string) => ['likeness', 'tests', identityId] as const;

/** Not ended: also while it waits for an operator. */
export const isRunning = ({ state }: IdentityTest): boolean => isOpenRetest(state);

/** Newest first; asked for again and again only while one is running. */
export function useTests(identityId: string) {
  const client = useLikeness();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: testsKey(identityId),
    queryFn: () => client.identities.tests(identityId),
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? WHILE_RUNNING_MS : false),
  });
  return { tests: data?.items, error, isFetching, again: () => void refetch() };
}

/**
 * Starts a test once, however often it is pressed: the key is the same for the same types until a newer test shows in
 * the list, be it this one, whose answer was lost.
 */
export function useStartTest(identityId: string) {
  const client = useLikeness();
  const queries = useQueryClient();
  const queryKey = testsKey(identityId);
  const key = useRef<{ intent: string; value: string }>(undefined);
  return useMutation({
    mutationFn: (types: readonly TestType[]) => {
      const newest = queries.getQueryData<IdentityTests>(queryKey)?.items[0]?.number ?? 0;
      const intent = `${types.join()} after ${newest}`;
      if (key.current?.intent !== intent) key.current = { intent, value: newId() };
      const some = types.length < TEST_TYPES.length ? { types: [...types] } : {};
      return client.identities.test(identityId, { ...some, idempotencyKey: key.current.value });
    },
    // The list is fresh before the next press: also a refusal may tell of a test that this page has not seen.
    onSettled: async (test) => {
      await queries.cancelQueries({ queryKey });
      if (test) queries.setQueryData<IdentityTests>(queryKey, (known) => ({ items: newestFirst(test, known?.items) }));
      await queries.invalidateQueries({ queryKey });
    },
  });
}

/** Stops a test; the list tells when it has ended. */
export function useCancelTest(identityId: string, number: number) {
  const client = useLikeness();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.identities.cancelTest(identityId, number),
    onSettled: () => queries.invalidateQueries({ queryKey: testsKey(identityId) }),
  });
}

function newestFirst(test: IdentityTest, known: readonly IdentityTest[] = []): IdentityTest[] {
  return [test, ...known.filter(({ number }) => number !== test.number)].sort((a, b) => b.number - a.number);
}
