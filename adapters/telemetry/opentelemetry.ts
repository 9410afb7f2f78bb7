// Tracing by OpenTelemetry. Only start-tracing.ts imports it, and only when a collector is configured.

import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVICE_NAME,
} from '@opentelemetry/semantic-conventions';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import type { Tracing } from './tracing.ts';

const FIRST_SERVER_ERROR = 500;

/** Over HTTP, in Protobuf, to the address in the environment. */
export const otlpExporter = (): SpanExporter => new OTLPTraceExporter();

/** Becomes the only tracing of this process: contexts follow asynchronous calls, and W3C headers pass them on. */
export function createTracing(service: string, exporter: SpanExporter): Tracing {
  const resource = Resource.default().merge(new Resource({ [ATTR_SERVICE_NAME]: service }));
  const spanProcessor = new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({ resource, spanProcessors: [spanProcessor] });
  provider.register();
  const tracer = trace.getTracer('likeness');

  return {
    request(headers, work) {
      const caller = propagation.extract(context.active(), Object.fromEntries(headers));
      return tracer.startActiveSpan('request', { kind: SpanKind.SERVER }, caller, (span) =>
        within(span, async () => {
          const { method, route, status } = await work();
          span.updateName(`${method} ${route}`);
          span.setAttributes({
            [ATTR_HTTP_REQUEST_METHOD]: method,
            [ATTR_HTTP_ROUTE]: route,
            [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
          });
          if (status >= FIRST_SERVER_ERROR) span.setStatus({ code: SpanStatusCode.ERROR });
        }),
      );
    },
    call: (name, attributes, work) =>
      tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) => within(span, work)),
    temporal: new OpenTelemetryPlugin({ resource, spanProcessor }),
    close: () => provider.shutdown(),
  };
}

/** Ends the span with the work. Of an error only the name is recorded: messages may hold secrets. */
async function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : typeof error });
    throw error;
  } finally {
    span.end();
  }
}
