import type { HttpBindings } from "@hono/node-server";
import type { Scope } from "../domain/service.ts";
import type { RequestTrace } from "./trace-context.ts";

/** The caller of a request. `isLocal`: an anonymous caller on this machine, allowed while no key exists. */
export type Principal = { id: string; name: string; scopes: readonly Scope[]; isLocal: boolean };

export type AppEnv = {
  /** Absent when a test calls the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: { trace: RequestTrace; principal: Principal | null };
};
