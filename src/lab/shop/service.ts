import type { Answer, Route } from "../process/http-server.ts";
import type { CallService, CallResult } from "../process/http-client.ts";
import type { ShopLog } from "../process/logger.ts";
import type { Defect, ShopServiceConfig } from "../process/messages.ts";
import type { Meters } from "../process/meters.ts";
import type { Tracer } from "../process/tracer.ts";

/** What a service is given. `config` and `defect` may change while it runs: ask again for each request. */
export type Kit = {
  config: () => ShopServiceConfig;
  defect: () => Defect | null;
  log: ShopLog;
  call: CallService;
  tracer: Tracer;
  meters: Meters;
  databaseFile: string;
};
/** Builds a service: its routes, over whatever state it keeps in their closure. */
export type BuildService = (kit: Kit) => Route[];

export const answer = (status: number, body: unknown): Answer => ({ status, body });

/** What to answer when a callee failed us: it gave no answer, or it gave an error. */
export const badGateway = (peer: string, result: Extract<CallResult<unknown>, { ok: false }>): Answer =>
  answer(result.status === null && result.reason.startsWith("no answer") ? 504 : 502, {
    error: `${peer} failed: ${result.reason}`,
  });

/** Waits as one would for a device or a partner: around `medianMs`, with the long right tail that such waits have. */
export function waitAbout(medianMs: number): Promise<void> {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return new Promise((resolve) => void setTimeout(resolve, medianMs * Math.exp(0.25 * normal)));
}

/** Does something now and then while the process lives, without keeping it alive. */
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
