import type { RouteAnswer, Route } from "../process/http-server.ts";
import type { CallService } from "../process/http-client.ts";
import type { ShopLog } from "../process/logger.ts";
import type { Defect } from "../process/messages.ts";
import type { Meters } from "../process/meters.ts";
import type { Tracer } from "../process/tracer.ts";
import type { PodEnvironment } from "./environment.ts";

/** A defect of one kind. */
export type DefectOf<K extends Defect["kind"]> = Extract<Defect, { kind: K }>;

/** What a service of the market is built with. `defect`: the present one of a kind; it may change while it runs. */
export type PodKit = {
  name: string;
  env: PodEnvironment;
  defect: <K extends Defect["kind"]>(kind: K) => DefectOf<K> | null;
  log: ShopLog;
  call: CallService;
  tracer: Tracer;
  meters: Meters;
};
/** `start`: begins work that no request asks for, once the service listens. */
export type PodService = { routes: Route[]; start?: () => void };
/** @throws {SettingError} if a setting is missing or wrong: the process then exits. */
export type BuildPodService = (kit: PodKit) => PodService;

export const reply = (status: number, body: unknown): RouteAnswer => ({ status, body });
