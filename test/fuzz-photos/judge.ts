// Whether an answer keeps the promise: a report with a verdict a file, or a problem of the 4xx kind, and nothing else.

import { z } from 'zod';
import { PreflightReport } from '../../api/schemas/photo.ts';
import type { UnreadableProblem } from '../../domain/photo.ts';
import type { HostileFile } from './recipe.ts';
import type { Answer } from './request.ts';

export interface Judgement {
  /** `200 rejected`, `422 invalid_request`, …; for counting. */
  outcome: string;
  findings: string[];
  /** What is wrong with the answer; undefined when nothing. */
  fault?: string;
}

/** Findings of a file that could not be read. */
const UNREADABLE: readonly string[] = [
  'unsupported_format',
  'animated',
  'truncated',
  'too_many_bytes',
  'too_many_pixels',
  'corrupt',
] satisfies UnreadableProblem[];

const ProblemAnswer = z.object({ code: z.string().min(1), detail: z.string().min(1), requestId: z.string().min(1) });

/** `file` is the one in question, the first of `count` that were sent; undefined when the request was no proper form. */
export function judge(answer: Answer, file: HostileFile | undefined, count: number): Judgement {
  if (answer.status === 200) return judgeReport(answer, file, count);
  const problem = ProblemAnswer.safeParse(parsed(answer));
  const outcome = `${answer.status} ${problem.data?.code ?? 'without a code'}`;
  const fault = faultOfProblem(answer, problem.success) ?? (file?.must ? `${outcome}, not a report` : undefined);
  return { outcome, findings: [], ...(fault ? { fault } : {}) };
}

function judgeReport(answer: Answer, file: HostileFile | undefined, count: number): Judgement {
  const report = PreflightReport.safeParse(parsed(answer));
  if (!report.success) return { outcome: '200', findings: [], fault: `not a report: ${report.error.message}` };
  const [first] = report.data.photos;
  const findings = first?.findings.map(({ code }) => code) ?? [];
  const outcome = `200 ${first?.verdict ?? 'without a verdict'}`;
  const fault = faultOfReport(report.data, file, count);
  return { outcome, findings, ...(fault ? { fault } : {}) };
}

function faultOfProblem({ status, contentType }: Answer, isProblem: boolean): string | undefined {
  if (status < 400 || status >= 500) return `status ${status}`;
  if (!isProblem || contentType !== 'application/problem+json') return `status ${status} without problem details`;
  return undefined;
}

function faultOfReport(
  { photos }: z.infer<typeof PreflightReport>,
  file: HostileFile | undefined,
  count: number,
): string | undefined {
  const [first] = photos;
  if (!first || (file && photos.length !== count)) return `${photos.length} verdicts for ${count} files`;
  if (photos.some(({ photoId }) => photoId !== null)) return 'an id of something that is not stored';
  const codes = first.findings.map(({ code }) => code);
  const rejected = first.findings.some(({ severity }) => severity === 'rejection');
  if (rejected !== (first.verdict === 'rejected')) return `${first.verdict} by ${codes.join(', ') || 'nothing'}`;
  if (file?.must === 'be read') {
    return codes.some((code) => UNREADABLE.includes(code)) ? `not read: ${codes.join(', ')}` : undefined;
  }
  if (file?.must && !file.must.some((code) => codes.includes(code))) {
    return `found ${codes.join(', ') || 'nothing'}, not ${file.must.join(' or ')}`;
  }
  return undefined;
}

function parsed({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
