// Polls the demo's run and shows its progress: a line for each stage that is over, and during a stage a clock on a
// terminal, or elsewhere a line from time to time.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../domain/stage.ts';
import { isEndStage, STAGE_TEXT } from '../domain/stage.ts';
import type { DemoApi, DemoIdentity } from './demo-api.ts';
import { say } from './terminal.ts';

const LOOK_EVERY_MS = 400;
const LINE_EVERY_MS = 10_000;
/** The API and its worker may restart during the demo: a poll fails, but the run goes on. */
const PATIENCE_MS = 120_000;

const WAITING: readonly Stage[] = ['needs_photos', 'awaiting_approval', 'needs_operator'];

export class Progress {
  readonly #api: DemoApi;
  readonly #identityId: string;
  readonly #startedAt = Date.now();
  #stage: Stage | undefined;
  #enteredAt = Date.now();
  #spokenAt = Date.now();

  constructor(api: DemoApi, identityId: string) {
    this.#api = api;
    this.#identityId = identityId;
  }

  /** Polls the run until `until` says so, or until it ends. Failed polls are repeated. */
  async follow(until: (identity: DemoIdentity) => boolean): Promise<DemoIdentity> {
    let missedSince: number | undefined;
    for (;;) {
      try {
        const identity = await this.#api.identity(this.#identityId);
        missedSince = undefined;
        this.#show(identity.stage);
        if (until(identity) || isEndStage(identity.stage)) {
          this.#endLine();
          return identity;
        }
      } catch (error) {
        missedSince ??= Date.now();
        if (Date.now() - missedSince > PATIENCE_MS) throw error;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** True in a stage that waits for a person. */
  static waits(identity: DemoIdentity): boolean {
    return WAITING.includes(identity.stage);
  }

  #show(stage: Stage): void {
    if (stage !== this.#stage) {
      this.#endLine();
      this.#stage = stage;
      this.#enteredAt = Date.now();
      this.#spokenAt = Date.now();
      if (!process.stdout.isTTY) say(this.#line());
    }
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${this.#line()}`);
    else if (Date.now() - this.#spokenAt > LINE_EVERY_MS) {
      this.#spokenAt = Date.now();
      say(this.#line());
    }
  }

  #line(): string {
    if (!this.#stage) return '';
    const total = clock(Date.now() - this.#startedAt);
    const lasting = ((Date.now() - this.#enteredAt) / 1000).toFixed(0);
    return `  ${total}  ${this.#stage.padEnd(18)} ${STAGE_TEXT[this.#stage]} (${lasting} s)`;
  }

  #endLine(): void {
    if (this.#stage && process.stdout.isTTY) process.stdout.write(`\r\x1b[K${this.#line()}\n`);
  }
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
