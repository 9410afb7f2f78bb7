// An identity that is ready, tested again: what it costs, the buttons that pay, and the tests so far.

import { useEffect, useId, useState } from 'react';
import { LikenessError } from '../../client/error.ts';
import type { Identity, IdentityTest, Rescore } from '../../client/types.ts';
import { TEST_TYPES, type TestType } from '../../domain/test-suite.ts';
import { RefusedNotice } from '../review/RefusedNotice.tsx';
import type { ReferencePhoto } from '../review/references.ts';
import { useEstimate } from '../state/use-prepare.ts';
import { isRunning, useStartTest, useTests } from '../state/use-tests.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { PastTests } from './PastTests.tsx';
import { priceOf, standingOf } from './standing.ts';
import './TestAgain.css';

const t = texts.retest;

interface TestAgainProps {
  identity: Identity;
  references: readonly ReferencePhoto[];
  rescore: Rescore | undefined;
  /** A test has ended: what the identity cost has changed. */
  onEnded: () => void;
}

export function TestAgain({ identity: { identityId }, references, rescore, onEnded }: TestAgainProps) {
  const list = useTests(identityId);
  const start = useStartTest(identityId);
  const { estimate } = useEstimate();
  const heading = useId();
  const running = list.tests?.find(isRunning);
  const watched = useWatched(list.tests, running, onEnded);
  const reason = start.isPending
    ? t.starting
    : running
      ? t.isRunning(running.number)
      : list.tests
        ? undefined
        : t.waitsForList;
  const press = (types: readonly TestType[]) => start.mutate(types);
  const button = { inactive: reason !== undefined, title: reason };
  const isPressed = (types: readonly TestType[]) => start.isPending && start.variables.join() === types.join();

  return (
    <section className="lk-retest" aria-labelledby={heading}>
      <div className="lk-retest-start">
        <h3 id={heading}>{t.heading}</h3>
        <p className="lk-soft">{t.lead}</p>
        <div className="lk-retest-all">
          <Button {...button} look="primary" busy={isPressed(TEST_TYPES)} onClick={() => press(TEST_TYPES)}>
            {texts.review.generateAll}
          </Button>
          <p className="lk-soft lk-numbers">{t.all(estimate && priceOf(TEST_TYPES.length, estimate))}</p>
        </div>
        <fieldset className="lk-retest-one">
          <legend className="lk-soft lk-small lk-numbers">{t.one(estimate && priceOf(1, estimate))}</legend>
          {TEST_TYPES.map((type) => (
            <Button key={type} {...button} size="small" busy={isPressed([type])} onClick={() => press([type])}>
              {texts.review.types[type]}
            </Button>
          ))}
        </fieldset>
        <p className="lk-retest-standing lk-small" role="status">
          {start.isPending || running ? <Spinner /> : null}
          {start.isPending ? t.starting : watched ? standingOf(watched) : t.expected}
        </p>
        <RefusedNotice error={isOver(start.error, running) ? undefined : start.error} />
      </div>
      <PastTests list={list} references={references} rescore={rescore} />
    </section>
  );
}

/** The newest test that was seen running from here: as it is now, or as it ended. */
function useWatched(
  tests: readonly IdentityTest[] | undefined,
  running: IdentityTest | undefined,
  onEnded: () => void,
): IdentityTest | undefined {
  const [number, setNumber] = useState<number>();
  if (running && running.number !== number) setNumber(running.number);
  const watched = tests?.find((test) => test.number === number);
  const ended = watched && !isRunning(watched) ? watched.number : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each test that ends.
  useEffect(() => {
    if (ended !== undefined) onEnded();
  }, [ended]);
  return watched;
}

/** That another test is running is no news once it has ended. */
function isOver(error: Error | null, running: IdentityTest | undefined): boolean {
  return error instanceof LikenessError && error.code === 'test_running' && !running;
}
