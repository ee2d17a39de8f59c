import type { Config } from "../config.ts";
import type { Telemetry } from "../domain/ports.ts";
import { type Check, check } from "./doctor/check.ts";
import { checkOtlp, type OtlpPorts } from "./doctor/check-otlp.ts";
import { checkCaps } from "./doctor/check-caps.ts";
import { checkModels, type ModelPorts } from "./doctor/check-models.ts";
import { checkNotify } from "./doctor/check-notify.ts";
import { checkMemory, checkStore, checkTracing, type ServerPorts } from "./doctor/check-servers.ts";
import {
  checkData,
  checkHome,
  checkNode,
  checkPages,
  checkRunbooks,
  checkTopology,
  type SetupPorts,
} from "./doctor/check-setup.ts";
import { checkSource } from "./doctor/check-source.ts";

/** `sources`: the live sources that the configuration names. */
export type DoctorPorts = SetupPorts & ServerPorts & ModelPorts & OtlpPorts & { sources: Telemetry };

/** Checks everything that an analysis needs. Never throws: a failed check is part of the answer. */
export const examine = (ports: DoctorPorts, config: Config, signal: AbortSignal): Promise<Check[]> =>
  Promise.all([
    check("node", checkNode),
    check("home", () => checkHome(ports, config)),
    check("data", () => checkData(ports, config)),
    check("runbooks", () => checkRunbooks(ports, config)),
    check("pages", () => checkPages(ports, config, signal)),
    check("topology", () => checkTopology(ports, config, signal)),
    ...ports.sources
      .filter((source) => source.signal !== "topology")
      .map((source) => check(`${source.name} ${source.signal}`, () => checkSource(source, signal))),
    check("otlp", () => checkOtlp(ports, config, signal)),
    check("memory", () => checkMemory(ports)),
    ...checkModels(ports, config, signal),
    ...checkCaps(config),
    check("store", () => checkStore(ports, config)),
    ...config.notify.map((target) => check(`notify ${target.name}`, () => checkNotify(ports, target, signal))),
    check("tracing", () => checkTracing(ports, config, signal)),
  ]);
