// Traces, when there is a collector. OpenTelemetry is loaded only when a collector's address is set.

import type { Tracing } from './tracing.ts';

/** `collector`: `OTEL_EXPORTER_OTLP_ENDPOINT`. Further `OTEL_` variables are read by OpenTelemetry itself. */
export async function startTracing(service: string, collector: string | undefined): Promise<Tracing | undefined> {
  if (collector === undefined) return undefined;
  const { createTracing, otlpExporter } = await import('./opentelemetry.ts');
  return createTracing(service, otlpExporter());
}
