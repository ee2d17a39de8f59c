import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { HttpConfig } from "../config.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import type { ChangeDoors } from "../domain/reported-change.ts";
import type { WebhookDoor } from "../domain/webhook-door.ts";
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";
import type { Authenticator } from "./authenticator.ts";
import type { Client } from "./client-address.ts";
import type { Gate } from "./gate.ts";

export type App = OpenAPIHono<AppEnv>;

/** Everything that routes need. */
export type Surface = {
  app: App;
  service: CausewayService;
  gate: Gate;
  access: Authenticator;
  clientOf(c: Context<AppEnv>): Client;
  /** The settings of the server. */
  http: HttpConfig;
  doors: ReadonlyMap<string, WebhookDoor>;
  changeDoors: ChangeDoors;
  /** Milliseconds for a body, or for a pause in an upload. */
  bodyTimeoutMs: number;
  log: Logger;
  now: () => number;
  /** Aborts when the server closes, which ends streams. */
  closing: AbortSignal;
};
