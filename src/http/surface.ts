import type { HttpBindings } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { Service } from "../compose/service.ts";
import type { WebhookDoor } from "../compose/webhooks.ts";
import type { Scope } from "../domain/service.ts";
import type { Gate } from "./gate.ts";
import type { TraceContext } from "./trace-context.ts";

/** Who asks. `isLocal`: nobody in particular, from this machine, where no key was ever made. */
export type Principal = { id: string; name: string; scopes: readonly Scope[]; isLocal: boolean };

export type AppEnv = {
  /** Absent where a test asks the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: { trace: TraceContext; principal: Principal | null };
};
export type App = OpenAPIHono<AppEnv>;

/** What the routes of each resource are made of. */
export type Surface = {
  app: App;
  service: Service;
  gate: Gate;
  doors: ReadonlyMap<string, WebhookDoor>;
  /** Milliseconds that a body may take, or an upload pause. */
  bodyTimeoutMs: number;
  log: Logger;
  now: () => number;
  /** Aborts when the server closes: streams end. */
  closing: AbortSignal;
};
