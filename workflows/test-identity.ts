// The child workflow that makes the test images of a round: all at once, one activity each, so that only a failed image
// is retried. It answers the outcome of each, and does not fail because of one image.

import { CancelledFailure } from '@temporalio/workflow';
import type { TestIdentityInput, TestIdentityResult } from '../domain/steps.ts';
import { failureCode, failureOf, isCancelled, rethrowDefect } from './failure-code.ts';
import { images } from './steps.ts';

export async function testIdentity(input: TestIdentityInput): Promise<TestIdentityResult> {
  const { types, ...shot } = input;
  const result: TestIdentityResult = { images: [], failed: [], unclear: [] };
  const settled = await Promise.allSettled(
    types.map((type) =>
      images.makeTestImage.executeWithOptions({ summary: `Test image: ${type}` }, [{ ...shot, type }]),
    ),
  );
  for (const [index, type] of types.entries()) {
    const outcome = settled[index];
    if (outcome?.status === 'fulfilled') {
      result.images.push(outcome.value);
      continue;
    }
    rethrowDefect(outcome?.reason);
    if (isCancelled(outcome?.reason)) throw new CancelledFailure('The test was cancelled.');
    else if (failureCode(outcome?.reason) === 'SubmissionUnknown') result.unclear.push(type);
    else result.failed.push({ type, ...failureOf(outcome?.reason) });
  }
  return result;
}
