// What fal says about a request: its three states, in the shapes of the queue reference.
import type { Sandbox } from '../context.ts';
import { type Job, jobState } from '../job.ts';

/** The status object of a job now. The addresses name owner and app only, as fal's do. */
export function statusBody(job: Job, sandbox: Sandbox, withLogs: boolean): Record<string, unknown> {
  const state = jobState(job);
  const app = job.endpoint.split('/').slice(0, 2).join('/');
  const address = `${job.origin}/queue/${app}/requests/${job.id}`;
  const common = {
    status: state,
    request_id: job.id,
    response_url: address,
    status_url: `${address}/status`,
    cancel_url: `${address}/cancel`,
  };
  if (state === 'IN_QUEUE') return { ...common, queue_position: sandbox.jobs.position(job) };
  const logs = withLogs ? { logs: logLines(job, sandbox) } : {};
  if (!job.outcome) return { ...common, ...logs };
  const ranMs = job.startedAt === undefined ? 0 : (job.finishedAt ?? job.startedAt) - job.startedAt;
  return {
    ...common,
    ...logs,
    metrics: { inference_time: ranMs / 1000 },
    ...(job.outcome.errorType && {
      error: (job.outcome.body as { detail?: string } | null)?.detail ?? job.outcome.errorType,
      error_type: job.outcome.errorType,
    }),
  };
}

function logLines(job: Job, sandbox: Sandbox): Record<string, string>[] {
  const model = sandbox.models.get(job.endpoint);
  if (!model || job.startedAt === undefined) return [];
  const durationMs = Math.max(1, model.durationMs(job.input, sandbox.settings()));
  const done = job.outcome ? 1 : Math.min(1, (Date.now() - job.startedAt) / durationMs);
  const timestamp = new Date(job.startedAt + done * durationMs).toISOString();
  return model.logs(job.input, done).map((message) => ({ message, level: 'INFO', source: 'USER', timestamp }));
}
