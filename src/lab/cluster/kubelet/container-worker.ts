import type { V1Container, V1ContainerStatus, V1Probe } from "@kubernetes/client-node";
import { quantity } from "../api/quantity.ts";
import { timeText } from "../api/registry.ts";
import type { PodObject, Stored } from "../objects.ts";
import type { ContainerLine, NetworkAddress, PodRuntime, RunningContainer } from "../pod-runtime.ts";
import type { Store } from "../store.ts";
import type { Resolve } from "../network/network.ts";
import { containerInputs } from "./container-env.ts";
import { guardProcess } from "./limits.ts";
import { probeOnce } from "./probe.ts";

type State = NonNullable<Stored<V1ContainerStatus>["state"]>;
export type WorkerParts = {
  runtime: PodRuntime;
  store: Store;
  resolve: Resolve;
  now: () => number;
  /** Delays before a container that ended is started again: the first, doubled each time up to the longest. */
  backoffMs: { first: number; longest: number };
  pod: () => PodObject;
  onChange: () => void;
  onEvent: (type: "Normal" | "Warning", reason: string, message: string) => void;
};

/** One container of a pod over its starts and restarts. */
export type ContainerWorker = {
  status: () => Stored<V1ContainerStatus>;
  /** Resolves when it ended for good, with its exit code. */
  finished: Promise<number>;
  address: (port: number) => NetworkAddress | null;
  logs: (isPrevious: boolean) => readonly ContainerLine[] | null;
  /** Ends it for good. */
  stop: (graceMs: number) => Promise<void>;
  pid: () => number | null;
};

const IMAGE_RETRY_MS = 2000;
const CONFIG_RETRY_MS = 1000;
/** A container that ran this long has its next restart at once. */
const STABLE_MS = 60_000;

async function end(current: RunningContainer, graceMs: number): Promise<void> {
  current.kill("SIGTERM");
  const timer = setTimeout(() => current.kill("SIGKILL"), graceMs);
  await current.exited;
  clearTimeout(timer);
}

/** `restarts`: whether it is started again after an end with this exit code. */
export function startContainer(
  container: Stored<V1Container>,
  restarts: (exitCode: number) => boolean,
  parts: WorkerParts,
): ContainerWorker {
  const { name, image = "" } = container;
  const { runtime, now, onChange, onEvent } = parts;
  const ending = new AbortController();
  let state: State = { waiting: { reason: "ContainerCreating" } };
  let last: State | undefined;
  let running: RunningContainer | null = null;
  let previous: readonly ContainerLine[] | null = null;
  let restartCount = 0;
  let [isReady, isStarted] = [false, false];
  let backoffMs = parts.backoffMs.first;

  const set = (next: State): void => {
    state = next;
    onChange();
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      ending.signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });

  const failed = (kind: string, why: string): void => onEvent("Warning", "Unhealthy", `${kind} probe failed: ${why}`);

  /** Waits until image and configuration are there. */
  async function prepared() {
    for (let tries = 0; !ending.signal.aborted; tries += 1) {
      if (!runtime.hasImage(image)) {
        const why = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
        if (tries === 0) onEvent("Warning", "Failed", why);
        if (tries > 0) onEvent("Normal", "BackOff", `Back-off pulling image "${image}"`);
        const waiting =
          tries === 0
            ? { reason: "ErrImagePull", message: why }
            : { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
        set({ waiting });
        await pause(IMAGE_RETRY_MS);
        continue;
      }
      const inputs = containerInputs(parts.store, parts.pod(), container);
      if (inputs.ok) return inputs;
      if (tries === 0) onEvent("Warning", "Failed", `Error: ${inputs.why}`);
      set({ waiting: { reason: "CreateContainerConfigError", message: inputs.why } });
      await pause(CONFIG_RETRY_MS);
    }
    return null;
  }

  async function runOnce(): Promise<number | null> {
    const inputs = await prepared();
    if (inputs === null || ending.signal.aborted) return null;
    const startedMs = now();
    const startedAt = timeText(startedMs);
    const ended = (exitCode: number, reason: string, message?: string): number => {
      const finishedAt = timeText(now());
      const signal = exitCode > 128 ? { signal: exitCode - 128 } : {};
      const text = message === undefined ? {} : { message };
      set({
        terminated: { exitCode, reason, startedAt, finishedAt, ...signal, ...text } as State["terminated"] & object,
      });
      return exitCode;
    };
    try {
      const pod = parts.pod();
      const { env, files } = inputs;
      const node = pod.spec.nodeName ?? "";
      running = runtime.start({ pod, node, container, env, files, attempt: restartCount, resolve: parts.resolve });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      onEvent("Warning", "Failed", `Error: failed to create containerd task: ${why}`);
      return ended(128, "StartError", why);
    }
    onEvent("Normal", "Created", `Created container: ${name}`);
    onEvent("Normal", "Started", `Started container ${name}`);
    set({ running: { startedAt } as State["running"] & object });
    let isOutOfMemory = false;
    const probing = new AbortController();
    const current = running;
    const { limits = {} } = container.resources ?? {};
    const guard =
      current.pid === null
        ? null
        : guardProcess(current.pid, { cpu: quantity(limits.cpu), memoryBytes: quantity(limits.memory) }, () => {
            isOutOfMemory = true;
            current.kill("SIGKILL");
          });
    void runProbes(current, probing.signal);
    const { exitCode } = await current.exited;
    probing.abort();
    guard?.stop();
    [isReady, isStarted] = [false, false];
    previous = current.logs();
    running = null;
    if (now() - startedMs > STABLE_MS) backoffMs = parts.backoffMs.first;
    return isOutOfMemory ? ended(137, "OOMKilled") : ended(exitCode, exitCode === 0 ? "Completed" : "Error");
  }

  async function runProbes(current: RunningContainer, signal: AbortSignal): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    const kill = (kind: string): void => {
      onEvent("Normal", "Killing", `Container ${name} failed ${kind} probe, will be restarted`);
      void end(current, (parts.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000);
    };
    if (startupProbe !== undefined) {
      const passed = await repeat(startupProbe, signal, (result, inRow) => {
        if (result.ok) return false;
        failed("Startup", result.why);
        if (inRow >= (startupProbe.failureThreshold ?? 3)) kill("startup");
        return inRow < (startupProbe.failureThreshold ?? 3);
      });
      if (!passed) return;
    }
    [isStarted, isReady] = [true, readinessProbe === undefined];
    onChange();
    if (livenessProbe !== undefined)
      void repeat(livenessProbe, signal, (result, inRow) => {
        if (result.ok) return true;
        failed("Liveness", result.why);
        if (inRow >= (livenessProbe.failureThreshold ?? 3)) kill("liveness");
        return inRow < (livenessProbe.failureThreshold ?? 3);
      });
    if (readinessProbe !== undefined)
      await repeat(readinessProbe, signal, (result, inRow) => {
        if (!result.ok) failed("Readiness", result.why);
        const needed = result.ok ? (readinessProbe.successThreshold ?? 1) : (readinessProbe.failureThreshold ?? 3);
        if (isReady !== result.ok && inRow >= needed) {
          isReady = result.ok;
          onChange();
        }
        return true;
      });
  }

  /** @param judge gets each result and how many like it came in a row; false ends it. @returns the last result. */
  async function repeat(
    probe: Stored<V1Probe>,
    signal: AbortSignal,
    judge: (result: Awaited<ReturnType<typeof probeOnce>>, inRow: number) => boolean,
  ): Promise<boolean> {
    await pause((probe.initialDelaySeconds ?? 0) * 1000);
    let [inRow, wasOk] = [0, true];
    while (!signal.aborted) {
      const address = (port: number): NetworkAddress | null => running?.address(port) ?? null;
      const result = await probeOnce(probe, container, address, parts.pod().status.podIP ?? "");
      if (signal.aborted) return false;
      inRow = result.ok === wasOk ? inRow + 1 : 1;
      wasOk = result.ok;
      if (!judge(result, inRow)) return result.ok;
      await pause((probe.periodSeconds ?? 10) * 1000);
    }
    return false;
  }

  const finished = (async (): Promise<number> => {
    for (;;) {
      const exitCode = await runOnce();
      if (exitCode === null || ending.signal.aborted || !restarts(exitCode)) return exitCode ?? 0;
      last = state;
      const message = `back-off ${Math.round(backoffMs / 1000)}s restarting failed container=${name} pod=${parts.pod().metadata.name}`;
      if (restartCount > 0) {
        onEvent(
          "Warning",
          "BackOff",
          `Back-off restarting failed container ${name} in pod ${parts.pod().metadata.name}`,
        );
        set({ waiting: { reason: "CrashLoopBackOff", message } });
        await pause(backoffMs);
        backoffMs = Math.min(backoffMs * 2, parts.backoffMs.longest);
      }
      if (ending.signal.aborted) return exitCode;
      restartCount += 1;
    }
  })();

  return {
    finished,
    status: () => ({
      name,
      image,
      imageID: image,
      restartCount,
      ready: isReady,
      started: isStarted,
      state,
      lastState: last ?? {},
      ...(running === null ? {} : { containerID: `lab://${parts.pod().metadata.uid}/${name}/${restartCount}` }),
    }),
    address: (port) => running?.address(port) ?? null,
    logs: (isPrevious) => (isPrevious ? (restartCount > 0 ? previous : null) : (running?.logs() ?? previous)),
    async stop(graceMs) {
      ending.abort();
      if (running !== null) await end(running, graceMs);
      await finished;
    },
    pid: () => running?.pid ?? null,
  };
}
