import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ContainerExit, PodRuntime } from "../../../src/lab/cluster/pod-runtime.ts";

/**
 * A runtime without processes, for tests of the API: containers run at once, and answer every probe. Init containers
 * are done at once. Images whose name holds "missing" are in no registry.
 */
export async function instantRuntime(): Promise<PodRuntime & { close: () => void }> {
  const server = createServer((_request, response) => void response.end("ok"));
  server.listen(0, "127.0.0.1").unref();
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  return {
    hasImage: (image) => !image.includes("missing"),
    start({ container }) {
      const { promise, resolve } = Promise.withResolvers<ContainerExit>();
      if (container.name.startsWith("init")) resolve({ exitCode: 0 });
      return {
        pid: null,
        exited: promise,
        address: () => ({ host: "127.0.0.1", port }),
        kill: (signal) => resolve({ exitCode: signal === "SIGKILL" ? 137 : 0 }),
        logs: () => [{ timeMs: Date.now(), text: `${container.name} runs` }],
      };
    },
    close: () => void (server.closeAllConnections(), server.close()),
  };
}
