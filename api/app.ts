// The composition of the API: the middleware of every request, then the routes.

import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { enforceScopes } from './auth/enforce-scopes.ts';
import { authenticate } from './auth.ts';
import { allowOrigins } from './cors.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { createEventStreams } from './event-stream.ts';
import { FAL_SCHEMES, speakFal } from './fal-proxy/answers.ts';
import { headersOnly } from './headers-only.ts';
import { serveOpenApi } from './openapi.ts';
import { answerProblem, PROBLEMS, Problem, problemOf } from './problem.ts';
import { limitRequests } from './rate-limit.ts';
import { concerned, requestLog, routeOf } from './request-log.ts';
import { requestTrace } from './request-trace.ts';
import { budgetRoutes } from './routes/budget.ts';
import { characterRoutes } from './routes/characters.ts';
import { consoleRoutes } from './routes/console.ts';
import { contentRoutes } from './routes/content.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { docsRoutes } from './routes/docs.ts';
import { estimateRoutes } from './routes/estimate.ts';
import { eventRoutes } from './routes/events.ts';
import { falProxyRoutes } from './routes/fal-proxy.ts';
import { healthRoutes } from './routes/health.ts';
import { identityRoutes } from './routes/identities.ts';
import { inspectRoutes } from './routes/inspect.ts';
import { interventionRoutes } from './routes/interventions.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { photoRoutes } from './routes/photos.ts';
import { rescoreRoutes } from './routes/rescore.ts';
import { settingsRoutes } from './routes/settings.ts';
import { stillActionRoutes } from './routes/still-actions.ts';
import { stillReportRoutes } from './routes/still-report.ts';
import { stillRoutes } from './routes/stills.ts';
import { testRoutes } from './routes/tests.ts';
import { versionRoutes } from './routes/versions.ts';
import { webhookEndpointRoutes } from './routes/webhook-endpoints.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { refuseInvalid } from './validation.ts';

const NO_SNIFF = ['x-content-type-options', 'nosniff'] as const;

/** The app over its dependencies; a test needs only `app.request()`. */
export function newApp(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });

  app.use(requestId());
  app.use(requestLog(deps.log, deps.metrics));
  if (deps.tracing) app.use(requestTrace(deps.tracing));
  app.use(headersOnly);
  app.use(async function noSniff(c, next) {
    // First, because setting a header on an answer copies it, and its body is then read through a stream.
    c.header(...NO_SNIFF);
    await next();
    if (!c.res.headers.has(NO_SNIFF[0])) c.header(...NO_SNIFF);
  });
  // Before the key is checked: a preflight has none. Without origins, no answer has CORS headers.
  if (deps.corsOrigins.length > 0) {
    const cors = allowOrigins(deps.corsOrigins);
    app.use('/v1/*', cors);
    app.use('/api/fal-proxy', cors);
  }
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ');
        const problem = new Problem('method_not_allowed', `Use ${allow}.`, { headers: { allow } });
        return answerProblem(c, problem);
      },
    }),
  );
  app.onError((error, c) => {
    const problem = problemOf(error);
    // A client that closed its connection reads no answer, so this is not an error.
    if (PROBLEMS[problem.code].status >= 500 && !c.req.raw.signal.aborted) {
      const about = { route: routeOf(c), code: problem.code, ...concerned(c) };
      c.get('log').error({ ...about, err: problem.cause }, 'request failed');
    }
    return answerProblem(c, problem);
  });
  app.notFound((c) => {
    const problem = new Problem('not_found', 'There is no such route. /openapi.json lists all of them.');
    return answerProblem(c, problem);
  });

  const openEventStream = createEventStreams(deps.stopping);
  const limit = limitRequests(deps.limits.requestsPerMinute);
  app.route('/', healthRoutes(deps));
  app.route('/', metricsRoutes(deps));
  app.route('/', docsRoutes());
  app.route('/', consoleRoutes(deps));
  app.route('/', webhookRoutes(deps));
  app.use('/v1/*', authenticate(deps), limit, enforceScopes(app));
  app.route('/', characterRoutes(deps));
  app.route('/', versionRoutes(deps));
  app.route('/', photoRoutes(deps));
  app.route('/', inspectRoutes(deps));
  app.route('/', contentRoutes(deps));
  app.route('/', estimateRoutes(deps));
  app.route('/', identityRoutes(deps));
  app.route('/', eventRoutes(deps, openEventStream));
  app.route('/', decisionRoutes(deps));
  app.route('/', interventionRoutes(deps));
  app.route('/', testRoutes(deps));
  app.route('/', rescoreRoutes(deps));
  if (deps.stillRuns) {
    const drawing = { ...deps, stillRuns: deps.stillRuns };
    app.route('/', stillRoutes(drawing, openEventStream));
    app.route('/', stillActionRoutes(drawing));
    app.route('/', stillReportRoutes(deps));
  }
  app.route('/', budgetRoutes(deps));
  app.route('/', settingsRoutes(deps));
  app.route('/', ledgerRoutes(deps));
  app.route('/', webhookEndpointRoutes(deps));
  app.use('/api/fal-proxy', speakFal, authenticate(deps, FAL_SCHEMES), limit);
  app.route('/', falProxyRoutes(deps));
  serveOpenApi(app);
  return app;
}
