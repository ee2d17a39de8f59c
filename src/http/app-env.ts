import type { HttpBindings } from "@hono/node-server";
import type { Scope } from "../domain/service.ts";
import type { RequestTrace } from "./trace-context.ts";

/** Who asks. `isLocal`: nobody in particular, from this machine, where no key was ever made. */
export type Principal = { id: string; name: string; scopes: readonly Scope[]; isLocal: boolean };

export type AppEnv = {
  /** Absent where a test asks the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: { trace: RequestTrace; principal: Principal | null };
};
