// The edges of a paid request: every state comes to an end, no end is left, and nothing is posted twice on a guess.

import { describe, expect, it } from 'vitest';
import type { ProviderCallState } from '../../../domain/provider-call.ts';
import { PROVIDER_CALL_EDGES, PROVIDER_CALL_STATES } from '../../../domain/provider-call.ts';

const ENDS: readonly ProviderCallState[] = ['settled', 'failed'];

function reachableFrom(start: ProviderCallState, without: readonly ProviderCallState[] = []): Set<ProviderCallState> {
  const reached = new Set<ProviderCallState>();
  const queue = [...PROVIDER_CALL_EDGES[start]];
  for (let state = queue.shift(); state; state = queue.shift()) {
    if (reached.has(state) || without.includes(state)) continue;
    reached.add(state);
    queue.push(...PROVIDER_CALL_EDGES[state]);
  }
  return reached;
}

describe('a provider call', () => {
  it.each(PROVIDER_CALL_STATES.filter((state) => !ENDS.includes(state)))('%s reaches an end', (state) => {
    const reached = reachableFrom(state);
    for (const end of ENDS) expect(reached).toContain(end);
  });

  it.each(ENDS)('no edge leaves %s', (end) => {
    expect(PROVIDER_CALL_EDGES[end]).toEqual([]);
  });

  it.each(PROVIDER_CALL_STATES)('%s is left to states that exist, and never to itself', (state) => {
    for (const next of PROVIDER_CALL_EDGES[state]) {
      expect(PROVIDER_CALL_STATES).toContain(next);
      expect(next).not.toBe(state);
    }
  });

  it('only a sure refusal opens the way to another post', () => {
    const leadToIntent = PROVIDER_CALL_STATES.filter((state) => PROVIDER_CALL_EDGES[state].includes('intent'));
    expect(leadToIntent).toEqual(['refused']);
    for (const state of ['unknown', 'submitted'] as const) {
      expect(reachableFrom(state, ['refused'])).not.toContain('intent');
    }
    expect(reachableFrom('submitted')).not.toContain('refused');
  });

  it('is settled only after its request id is known', () => {
    for (const state of ['intent', 'refused', 'unknown'] as const) {
      expect(reachableFrom(state, ['submitted'])).not.toContain('settled');
    }
  });
});
