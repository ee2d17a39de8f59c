import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { ContainerLine, ContainerStart, PodRuntime, RunningContainer } from "../cluster/pod-runtime.ts";
import type { Defect } from "../process/messages.ts";
import { REGISTRY, SERVER_COMMAND } from "./images.ts";
import { type ContainerCommand, ContainerNotice } from "./pod-messages.ts";
import { bytesOf, millicoresOf } from "./quantity.ts";
import { countThrottling, type Throttling } from "./throttling.ts";
import { type NetworkFault, openRelay, type PodNetwork } from "./relay.ts";

/** A container of the market that runs. `program` names what its image holds. */
export type MarketContainer = {
  namespace: string;
  pod: string;
  program: string;
  container: string;
  pid: number;
  attempt: number;
  /** Where its `/metrics` page is on this computer; null until it listens. */
  metricsPort: number | null;
  throttling: () => Throttling | null;
};
/** The runtime of the cluster, and the means to break what runs in it without a trace in the cluster. */
export type MarketRuntime = PodRuntime & {
  running: () => MarketContainer[];
  /** Gives the processes of a program a defect; those that start later do not have it. */
  breakWith: (program: string, defect: Defect) => void;
  mend: (program: string, kind: Defect["kind"]) => void;
  /** Breaks the network of the program's present pods; new pods have a network of their own. */
  impair: (program: string, fault: NetworkFault | null) => void;
};
/** `onLine`: receives each line that a container writes. */
export type MarketRuntimeOptions = {
  otlpEndpoint: string | null;
  onLine: (start: ContainerStart, line: ContainerLine) => void;
};

type Unit = MarketContainer & {
  tell: (command: ContainerCommand) => void;
  impairments: { fault: NetworkFault | null };
};

const KEPT_LINES = 400;
/** A limit above this is never reached by the load of the lab. */
const MAX_COUNTED_MILLICORES = 300;
const HEAP_MB = 160;

/** The program of a container is this file, or the one that the build makes of it. */
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "market-container-worker.ts" : "market-container-worker.js",
    import.meta.url,
  ),
);

/** Runs each container as a process of this Node. */
export function marketRuntime({ otlpEndpoint, onLine }: MarketRuntimeOptions): MarketRuntime {
  const units = new Set<Unit>();
  const unitsOf = (program: string): Unit[] => [...units].filter((unit) => unit.program === program);

  const start = (started: ContainerStart): RunningContainer => {
    const { pod, container, env, attempt } = started;
    const content = REGISTRY.get(container.image ?? "");
    if (content === undefined) throw new RangeError(`there is no image ${container.image}`);
    const [command = SERVER_COMMAND] = container.command ?? [];
    if (command !== SERVER_COMMAND)
      throw new Error(`exec: "${command}": stat ${command}: no such file or directory: unknown`);

    const namespace = pod.metadata?.namespace ?? "default";
    const name = pod.metadata?.name ?? "";
    const limitBytes = bytesOf(container.resources?.limits?.memory);
    const child = fork(ENTRY, [JSON.stringify(content)], {
      // the kubelet ends a container at its limit; the heap must not end the process before
      execArgv: [
        `--max-old-space-size=${Math.max(HEAP_MB, Math.ceil((limitBytes ?? 0) / 2 ** 20))}`,
        "--single-threaded-gc",
      ],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...env,
        POD_NAME: name,
        POD_NAMESPACE: namespace,
        ...(otlpEndpoint === null ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }),
      },
    });
    const pid = child.pid ?? 0;
    const lines: ContainerLine[] = [];
    const write = (text: string): void => {
      const line = { timeMs: Date.now(), text };
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(started, line);
    };
    readLines(child.stdout, write);
    readLines(child.stderr, write);

    const networks = new Map<number, PodNetwork>();
    const impairments: Unit["impairments"] = { fault: null };
    const millicores = millicoresOf(container.resources?.limits?.cpu);
    const throttling =
      millicores !== null && millicores <= MAX_COUNTED_MILLICORES && pid > 0 ? countThrottling(pid) : null;
    const unit: Unit = {
      namespace,
      pod: name,
      program: content.program,
      container: container.name,
      pid,
      attempt,
      metricsPort: null,
      throttling: () => throttling?.counted ?? null,
      tell: (order) => void (child.connected && child.send(order)),
      impairments,
    };
    units.add(unit);
    child.on("message", (message) => {
      const notice = ContainerNotice.parse(message);
      if (notice.kind === "resolve")
        return void started
          .resolve(notice.host, notice.port)
          .then((address) => unit.tell({ kind: "resolved", id: notice.id, address }));
      unit.metricsPort = notice.port;
      void openRelay({ host: "127.0.0.1", port: notice.port }, () => impairments.fault).then((network) => {
        if (units.has(unit)) networks.set(notice.containerPort, network);
        else network.close();
      });
    });
    const exited = new Promise<{ exitCode: number }>((resolve) => {
      const end = (exitCode: number): void => {
        units.delete(unit);
        throttling?.stop();
        for (const network of networks.values()) network.close();
        resolve({ exitCode });
      };
      child.once("error", (error) => {
        write(error.message);
        end(127);
      });
      child.once("exit", (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
    return {
      pid: child.pid ?? null,
      exited,
      address: (containerPort) => networks.get(containerPort)?.address ?? null,
      kill: (signal) => end(child, signal),
      logs: () => lines,
    };
  };

  return {
    hasImage: (image) => REGISTRY.has(image),
    start,
    running: () => [...units],
    breakWith: (program, defect) => unitsOf(program).forEach((unit) => unit.tell({ kind: "defect", defect })),
    mend: (program, kind) => unitsOf(program).forEach((unit) => unit.tell({ kind: "mend", defectKind: kind })),
    impair: (program, fault) => unitsOf(program).forEach(({ impairments }) => void (impairments.fault = fault)),
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line);
  });
}
