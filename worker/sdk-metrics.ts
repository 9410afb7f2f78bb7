// The metrics of Temporal's SDK. The SDK serves them on a port of its own, bound to this machine; our /metrics passes
// them on.

import { createServer } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';

const HOST = '127.0.0.1';
const READ_MS = 2_000;

export interface SdkMetrics {
  telemetry: TelemetryOptions['metrics'];
  /** In Prometheus' text format; empty when the SDK does not answer. */
  read(): Promise<string>;
}

export async function sdkMetrics(): Promise<SdkMetrics> {
  const address = `${HOST}:${await freePort()}`;
  return {
    telemetry: {
      prometheus: { bindAddress: address, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
    },
    async read() {
      try {
        const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(READ_MS) });
        return answer.ok ? await answer.text() : '';
      } catch {
        return '';
      }
    },
  };
}

/** A port that was free a moment ago: the SDK does not accept 0 and does not report its port. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
