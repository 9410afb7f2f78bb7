// A provider in memory that reacts as a test tells it, and keeps its own books of what it took.

import { isDeepStrictEqual } from 'node:util';
import type { JobResult, JobStatus, SubmitOutcome } from '../../core/ports/job-queue.ts';
import type { Provider } from '../../core/ports/provider.ts';
import { Failure } from '../../domain/failure.ts';

/** How one POST ends: an answer lost on its way back was taken, a request lost on its way there was not. */
export type Reaction = 'accept' | 'lose_answer' | 'lose_request' | Extract<SubmitOutcome, { kind: 'refused' }>;

export interface Post {
  endpoint: string;
  input: Record<string, unknown>;
  webhookUrl: string | undefined;
  /** Undefined: not taken, so never charged. */
  requestId: string | undefined;
}

export interface FakeProvider extends Provider {
  /** Every POST, in order. */
  posts: Post[];
  /** What was taken, and is therefore charged. */
  taken(): Post[];
  /** How the next POSTs end; afterwards all are accepted. */
  reactions: Reaction[];
  /** What is said of jobs next; afterwards all are done. */
  statuses: (JobStatus | Failure)[];
  /** How jobs end. */
  answer: JobResult | Failure;
  /** Whether the listing of requests has caught up. */
  lists: boolean;
  files: Map<string, Buffer>;
  uploads: { url: string; bytes: Buffer; contentType: string; fileName: string; seconds: number }[];
  cancelled: string[];
  /** The names of the calls other than `submit`, in order. */
  looks: string[];
}

export function createFakeProvider(): FakeProvider {
  const fake: FakeProvider = {
    posts: [],
    taken: () => fake.posts.filter((post) => post.requestId !== undefined),
    reactions: [],
    statuses: [],
    answer: { data: {}, billableUnits: undefined },
    lists: true,
    files: new Map(),
    uploads: [],
    cancelled: [],
    looks: [],

    async submit(endpoint, input, webhookUrl) {
      const reaction = fake.reactions.shift() ?? 'accept';
      const isTaken = reaction === 'accept' || reaction === 'lose_answer';
      const requestId = isTaken ? `request-${fake.posts.length + 1}` : undefined;
      fake.posts.push({ endpoint, input, webhookUrl, requestId });
      if (typeof reaction === 'object') return reaction;
      if (reaction === 'accept' && requestId !== undefined) return { kind: 'accepted', requestId };
      return { kind: 'unknown', reason: 'the connection broke' };
    },
    async status() {
      fake.looks.push('status');
      const status = fake.statuses.shift() ?? { state: 'done' };
      if (status instanceof Failure) throw status;
      return status;
    },
    async result() {
      fake.looks.push('result');
      if (fake.answer instanceof Failure) throw fake.answer;
      return fake.answer;
    },
    async cancel(_endpoint, requestId) {
      fake.looks.push('cancel');
      fake.cancelled.push(requestId);
    },
    async findRequest(endpoint, input) {
      fake.looks.push('findRequest');
      if (!fake.lists) return undefined;
      const same = fake.taken().find((post) => post.endpoint === endpoint && isDeepStrictEqual(post.input, input));
      return same?.requestId;
    },
    async upload({ bytes, contentType, fileName }, seconds) {
      const url = `https://provider.test/uploads/${fake.uploads.length + 1}`;
      fake.uploads.push({ url, bytes: Buffer.from(bytes), contentType, fileName, seconds });
      return url;
    },
    async download(url, maxBytes) {
      fake.looks.push('download');
      const file = fake.files.get(url);
      if (!file) throw new Failure('NotFound', 'The provider does not keep this file any more.');
      if (file.length > maxBytes) throw new Failure('ProviderFailed', 'The file is larger than allowed.');
      return inPieces(file);
    },
  };
  return fake;
}

/** A file as it comes over the wire. */
export async function* inPieces(file: Buffer, pieceBytes = 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += pieceBytes) yield file.subarray(at, at + pieceBytes);
}
