import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";
import type { ShopLog } from "../process/logger.ts";
import type { Defect, Delay, ShopServiceConfig, ServiceSettings } from "../process/messages.ts";
import { RELAYED, type ServicePlan, SHOP } from "../shop/plan.ts";
import { type Exit, type ManagedProcess, startProcess } from "./managed-process.ts";

/** A running shop. Every method takes the name of a service. */
export type Shop = {
  ports: ReadonlyMap<string, number>;
  /** Gives a running process new settings. */
  reconfigure: (service: string, config: ShopServiceConfig) => void;
  /** Deploys new settings: the process is stopped and started with them. */
  redeploy: (service: string, config: ShopServiceConfig) => Promise<void>;
  /** Gives a service a defect, from now on and after each restart. */
  breakWith: (service: string, defect: Defect) => void;
  /** Delays traffic to and from the relayed service. */
  delay: (delay: Delay) => void;
  restarts: (service: string) => number;
  /** Ends every process. Can be called twice. */
  stop: () => Promise<void>;
};

/** `otlpEndpoint`: an OTLP/HTTP receiver that gets the spans too. */
export type ShopOptions = { otlpEndpoint?: string | null };

type ServiceUnit = {
  plan: ServicePlan;
  process: ManagedProcess;
  version: number;
  config: ShopServiceConfig;
  defect: Defect | null;
  restarts: number;
  expected: boolean;
};

const RESTART_DELAY_MS = 2500;
/** Upper limit of lines kept from a dying process: V8 prints a page of addresses. */
const MAX_STDERR_LINES = 12;
const SERVICE_SCRIPT = join(import.meta.dirname, "../shop/service-process.ts");
const RELAY_SCRIPT = join(import.meta.dirname, "relay-process.ts");

/**
 * Starts the shop in `folder` (logs and spans: a file per service) and restarts each process that ends by itself.
 * @throws {IncidentError} UNAVAILABLE if a process cannot be started; those already running are ended.
 */
export async function startShop(
  folder: string,
  log: ShopLog,
  { otlpEndpoint = null }: ShopOptions = {},
): Promise<Shop> {
  const units = new Map<string, ServiceUnit>();
  const addresses = new Map<string, number>();
  const relays: ManagedProcess[] = [];
  const revivals = new Set<Promise<void>>();
  const stopping = new AbortController();

  const launch = async (
    plan: ServicePlan,
    version: number,
    config: ShopServiceConfig,
    port: number,
  ): Promise<ManagedProcess> => {
    const settings: ServiceSettings = {
      name: plan.name,
      port,
      peers: Object.fromEntries(plan.calls.map((peer) => [peer, addresses.get(peer) ?? 0])),
      logFile: join(folder, `${plan.name}.log.jsonl`),
      spanFile: join(folder, `${plan.name}.spans.jsonl`),
      otlpEndpoint,
      databaseFile: join(folder, `${plan.name}.db`),
      configVersion: version,
      config,
    };
    let lines = 0;
    const onStderr = (line: string): void =>
      void (
        ++lines <= MAX_STDERR_LINES &&
        log("ERROR", line.trim().replaceAll(process.execPath, "node"), {}, undefined, plan.name)
      );
    const started = await startProcess(
      { name: plan.name, script: SERVICE_SCRIPT, argument: JSON.stringify(settings), memoryMb: plan.memoryMb, folder },
      onStderr,
    );
    log("INFO", "process started", { pid: started.pid, memoryLimitMb: plan.memoryMb }, undefined, plan.name);
    return started;
  };
  const watch = (unit: ServiceUnit): void => {
    const revive = async (exit: Exit): Promise<void> => {
      log(
        "ERROR",
        `process exited with code ${exitCode(exit)}, restarting`,
        { restarts: ++unit.restarts, delayMs: RESTART_DELAY_MS },
        undefined,
        unit.plan.name,
      );
      await sleep(RESTART_DELAY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await relaunch(unit);
    };
    void unit.process.exited.then((exit) => {
      if (stopping.signal.aborted || unit.expected) return;
      const revival = revive(exit).finally(() => revivals.delete(revival));
      revivals.add(revival);
    });
  };
  const relaunch = async (unit: ServiceUnit): Promise<void> => {
    try {
      unit.process = await launch(unit.plan, unit.version, unit.config, unit.process.port);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      return log("ERROR", "process could not be restarted", { reason: error.message }, undefined, unit.plan.name);
    }
    if (stopping.signal.aborted) return void (await unit.process.stop()); // stopped while it was starting
    if (unit.defect) unit.process.tell({ kind: "defect", defect: unit.defect });
    unit.expected = false;
    watch(unit);
  };
  const unitOf = (service: string): ServiceUnit => {
    const unit = units.get(service);
    if (!unit)
      throw new IncidentError("BAD_INPUT", `the shop has no service ${service}`, {
        hint: `It has ${[...units.keys()].join(", ")}.`,
      });
    return unit;
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(revivals);
    await Promise.all([
      ...[...units.values()].map(({ process }) => process.stop()),
      ...relays.map((relay) => relay.stop()),
    ]);
  };

  try {
    for (const plan of SHOP) {
      const unit: ServiceUnit = {
        plan,
        process: await launch(plan, 1, plan.config, 0),
        version: 1,
        config: plan.config,
        defect: null,
        restarts: 0,
        expected: false,
      };
      units.set(plan.name, unit);
      addresses.set(plan.name, unit.process.port);
      watch(unit);
      if (plan.name !== RELAYED) continue;
      const relay = await startProcess(
        { name: "relay", script: RELAY_SCRIPT, argument: String(unit.process.port), memoryMb: 64, folder },
        () => {},
      );
      relays.push(relay);
      addresses.set(plan.name, relay.port);
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ports: new Map([...units].map(([name, { process }]) => [name, process.port])),
    reconfigure(service, config) {
      const unit = unitOf(service);
      Object.assign(unit, { config, version: unit.version + 1 });
      unit.process.tell({ kind: "configure", version: unit.version, config });
    },
    async redeploy(service, config) {
      const unit = unitOf(service);
      Object.assign(unit, { config, version: unit.version + 1, expected: true });
      log("INFO", "rolling out configuration", { version: unit.version }, undefined, service);
      log("INFO", `process exited with code ${exitCode(await unit.process.stop())}`, {}, undefined, service);
      await relaunch(unit);
    },
    breakWith(service, defect) {
      const unit = unitOf(service);
      unit.defect = defect;
      unit.process.tell({ kind: "defect", defect });
    },
    delay: (delay) => relays.forEach((relay) => void relay.tell({ kind: "delay", delay })),
    restarts: (service) => unitOf(service).restarts,
    stop,
  };
}

/** Exit code as a shell reports it: 128 plus the signal number if a signal ended the process. */
const exitCode = ({ code, signal }: Exit): number => code ?? 128 + (signal ? constants.signals[signal] : 0);
