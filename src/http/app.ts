import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import type { Logger } from "pino";
import type { CausewayService } from "../service/causeway-service.ts";
import type { ChangeDoors } from "../domain/reported-change.ts";
import type { WebhookDoors } from "../domain/webhook-door.ts";
import type { Config } from "../config.ts";
import type { AppEnv } from "./app-env.ts";
import { readBytes } from "./body.ts";
import { buildGate } from "./gate.ts";
import { authenticator } from "./authenticator.ts";
import { clientReader } from "./client-address.ts";
import { refuseForeignOrigin, isLoopback } from "./origin-guard.ts";
import { maskAnswers } from "./mask-answers.ts";
import { observe } from "./observe.ts";
import { problem, problemOf } from "./problem.ts";
import { rateLimits } from "./rate-limits.ts";
import { addActionRoutes } from "./routes/actions.ts";
import { addAnalysisRoutes } from "./routes/analyses.ts";
import { addChangeRoutes } from "./routes/changes.ts";
import { addEvidenceRoutes } from "./routes/evidence.ts";
import { addQuestionRoutes } from "./routes/questions.ts";
import { addDeadLetterRoutes } from "./routes/dead-letters.ts";
import { addDocumentRoutes } from "./routes/documents.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addExecutionRoutes } from "./routes/executions.ts";
import { addFeedbackRoutes } from "./routes/feedback.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addIncidentRoutes } from "./routes/incidents.ts";
import { addLedgerRoutes } from "./routes/ledger.ts";
import { addMcpRoute, type AnswerMcp } from "./routes/mcp.ts";
import { addOtlpRoutes, isOtlp, otlpRefusalOf } from "./routes/otlp.ts";
import { addUploadRoutes } from "./routes/uploads.ts";
import { addWebhookRoutes } from "./routes/webhooks.ts";
import type { App, Surface } from "./surface.ts";

export type AppOptions = {
  config: Pick<Config, "http" | "web" | "webhooks" | "model" | "service" | "proxy">;
  log: Logger;
  /** Unix milliseconds. */
  now?: () => number;
  /** Aborts when the server closes. */
  closing?: AbortSignal;
  /** How webhooks are checked and read, by the end of their path. */
  doors: WebhookDoors;
  /** How changes of senders are checked and read, by the end of their path. */
  changeDoors?: ChangeDoors;
  /** Answers MCP at `/mcp`; absent: there is no such path. */
  mcp?: AnswerMcp | undefined;
  /** Handlers of other surfaces, by path. Each authenticates its requests itself. */
  others?: Readonly<Record<string, (request: Request) => Promise<Response>>> | undefined;
  /** Surfaces that share this server, its gate and its limits, such as the web pages. Each adds its own routes. */
  mounts?: readonly ((surface: Surface) => void)[];
};

/**
 * Builds the HTTP surface over a running service: parse, call, render.
 *
 * @throws {IncidentError} CONFIG when a webhook mapping is unusable.
 */
export function buildApp(
  service: CausewayService,
  {
    config,
    log,
    now = Date.now,
    closing = new AbortController().signal,
    doors,
    changeDoors = new Map(),
    mcp,
    others = {},
    mounts = [],
  }: AppOptions,
): App {
  const { host } = config.service;
  const isLocalOnly = isLoopback(host);
  const clientOf = clientReader(config.http.trustedProxies);
  const access = authenticator(service, {
    apiKey: config.http.apiKey,
    isLocalOnly: isLocalOnly && config.web.oidc === null,
    clientOf,
    now,
  });
  const gate = buildGate(access.identify, { bodyTimeoutMs: config.http.bodyTimeoutMs, now });
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook(result, c) {
      if (result.success) return undefined;
      const errors = result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join("."), message }));
      return problem(c, 422, `The ${result.target === "json" ? "body" : result.target} is not valid.`, { errors });
    },
  });

  app.onError((error, c) => (isOtlp(c) ? otlpRefusalOf(c, service.otlp, error) : problemOf(c, error)));
  app.notFound((c) => problem(c, 404, "No resource has this path.", { hint: "See /docs for all paths." }));
  app.use(observe({ log, metrics: service.metrics, now }));
  app.use(
    secureHeaders({
      overwrite: false, // the documentation page has its own policy
      strictTransportSecurity: false, // the TLS proxy in front sets it
      xFrameOptions: "DENY",
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });
  app.use("/v1/*", maskAnswers());
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problem(c, 405, `This path does not support ${c.req.method.slice(0, 20)}.`, {
          headers: { allow: methods.join(", ") },
        }),
    }),
  );
  // Before the origin guard: these requests come from anywhere and through any proxy, and carry a signature over the
  // body.
  for (const [path, answer] of Object.entries(others))
    app.post(path, async (c) =>
      answer(
        new Request(c.req.raw.url, {
          method: "POST",
          headers: c.req.raw.headers,
          body: await readBytes(c, config.http.bodyTimeoutMs),
        }),
      ),
    );
  app.use(refuseForeignOrigin(host, config.http.allowedHosts, config.http.publicUrl));
  app.use(rateLimits(config.http, { accountOf: access.accountOf, now }));

  const surface: Surface = {
    app,
    service,
    gate,
    access,
    clientOf,
    http: config.http,
    doors,
    changeDoors,
    bodyTimeoutMs: config.http.bodyTimeoutMs,
    log,
    now,
    closing,
  };
  addIncidentRoutes(surface);
  addUploadRoutes(surface);
  addOtlpRoutes(surface);
  addAnalysisRoutes(surface);
  addEvidenceRoutes(surface);
  addQuestionRoutes(surface);
  addEventRoutes(surface);
  addFeedbackRoutes(surface);
  addActionRoutes(surface);
  addExecutionRoutes(surface);
  addWebhookRoutes(surface, { needsProof: config.model !== null });
  addChangeRoutes(surface, { needsProof: config.model !== null });
  addDeadLetterRoutes(surface);
  addLedgerRoutes(surface);
  if (mcp !== undefined) addMcpRoute(surface, mcp);
  addHealthRoutes(surface, { openMetrics: isLocalOnly });
  for (const mount of mounts) mount(surface);
  addDocumentRoutes(app);
  return app;
}
