// The names that the API, the search attribute and the storyboard app show.

import { describe, expect, it } from 'vitest';
import { END_STAGES, isEndStage, STAGE_TEXT, STAGES } from '../../../domain/stage.ts';

describe('stages', () => {
  it('end in ready, rejected, expired, failed or cancelled, and nowhere else', () => {
    expect(STAGES.filter(isEndStage)).toEqual(['ready', 'rejected', 'expired', 'failed', 'cancelled']);
    expect(STAGES.filter(isEndStage)).toEqual([...END_STAGES]);
  });

  it('have one line each for people, no two alike', () => {
    expect(Object.keys(STAGE_TEXT).sort()).toEqual([...STAGES].sort());
    expect(new Set(Object.values(STAGE_TEXT)).size).toBe(STAGES.length);
  });

  it('say what the storyboard app shows while it trains and at the end', () => {
    expect(STAGE_TEXT.training).toBe('Training character with fal LoRA…');
    expect(STAGE_TEXT.ready).toBe('Character identity ready!');
  });
});
