import { fork } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import type { ContainerLine, NetworkAddress, PodRuntime } from "../../../src/lab/cluster/pod-runtime.ts";

const SCRIPT = join(import.meta.dirname, "pod-process.mjs");
type Message = { listening: number; port: number } | { id: number; host: string; port: number };

/** Runs every container as a Node process, if its image is one of these. */
export const processRuntime = (images: readonly string[]): PodRuntime => ({
  hasImage: (image) => images.includes(image),
  start({ container, env, resolve }) {
    if (container.command?.[0] !== undefined && container.command[0] !== "serve")
      throw new Error(`exec: "${container.command[0]}": executable file not found in $PATH`);
    const lines: ContainerLine[] = [];
    const child = fork(SCRIPT, [], { env: { ...env }, stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split("\n")) if (line !== "") lines.push({ timeMs: Date.now(), text: line });
      });
    const ports = new Map<number, NetworkAddress>();
    child.on("message", (message: Message) => {
      if ("listening" in message) ports.set(message.port, { host: "127.0.0.1", port: message.listening });
      else
        void resolve(message.host, message.port).then(
          (address) => child.connected && child.send({ id: message.id, address }),
        );
    });
    return {
      pid: child.pid ?? null,
      exited: new Promise((ended) =>
        child.once("exit", (code, signal) =>
          ended({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) }),
        ),
      ),
      address: (port) => ports.get(port) ?? null,
      kill: (signal) => void child.kill(signal),
      logs: () => lines,
    };
  },
});
