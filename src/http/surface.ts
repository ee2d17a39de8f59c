import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { CausewayService } from "../service/causeway-service.ts";
import type { WebhookDoor } from "../compose/webhooks.ts";
import type { AppEnv } from "./app-env.ts";
import type { Gate } from "./gate.ts";

export type App = OpenAPIHono<AppEnv>;

/** What the routes of each resource are made of. */
export type Surface = {
  app: App;
  service: CausewayService;
  gate: Gate;
  doors: ReadonlyMap<string, WebhookDoor>;
  /** Milliseconds that a body may take, or an upload pause. */
  bodyTimeoutMs: number;
  log: Logger;
  now: () => number;
  /** Aborts when the server closes: streams end. */
  closing: AbortSignal;
};
