import type { RouteAnswer, Route } from "../process/http-server.ts";
import type { CallService, CallResult } from "../process/http-client.ts";
import type { ShopLog } from "../process/logger.ts";
import type { Defect, ShopServiceConfig } from "../process/messages.ts";
import type { Meters } from "../process/meters.ts";
import type { Tracer } from "../process/tracer.ts";

/** The environment of a service. `config` and `defect` may change while it runs, so read them for each request. */
export type Kit = {
  config: () => ShopServiceConfig;
  defect: () => Defect | null;
  log: ShopLog;
  call: CallService;
  tracer: Tracer;
  meters: Meters;
  databaseFile: string;
};
/** Builds a service: its routes, over the state in their closure. */
export type BuildService = (kit: Kit) => Route[];

export const answer = (status: number, body: unknown): RouteAnswer => ({ status, body });

/** The answer after a failed call: no answer, or an error of the callee. */
export const badGateway = (peer: string, result: Extract<CallResult<unknown>, { ok: false }>): RouteAnswer =>
  answer(result.status === null && result.reason.startsWith("no answer") ? 504 : 502, {
    error: `${peer} failed: ${result.reason}`,
  });

/** Waits as for a device or a partner: about `medianMs`, with a long right tail. */
export function waitAbout(medianMs: number): Promise<void> {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return new Promise((resolve) => void setTimeout(resolve, medianMs * Math.exp(0.25 * normal)));
}

/** Runs a task at intervals while the process lives, without keeping it alive. */
export const every = (intervalMs: number, work: () => void): void => void setInterval(work, intervalMs).unref();

/** @throws {RangeError} if the setting is missing or has another type. */
export function textSetting(config: ShopServiceConfig, name: string): string {
  const value = config[name];
  if (typeof value !== "string") throw new RangeError(`setting ${name} is not a text`);
  return value;
}

/** @throws {RangeError} if the setting is missing or has another type. */
export function numberSetting(config: ShopServiceConfig, name: string): number {
  const value = config[name];
  if (typeof value !== "number") throw new RangeError(`setting ${name} is not a number`);
  return value;
}
