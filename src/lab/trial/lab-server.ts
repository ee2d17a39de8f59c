import { createServer } from "node:http";
import type { MarketContainer } from "../market/market-runtime.ts";
import { type ExposedState, exposeClusterState } from "./cluster-state.ts";

/** Serves what Prometheus reads of the lab: the list of pods to scrape, and the state of the cluster. */
export type LabServer = { url: string; close: () => Promise<void> };

/** A pod as a target: scraped directly, not over the network that a fault may break. */
const targetOf = ({ metricsPort, namespace, pod, program, container }: MarketContainer) => ({
  targets: [`127.0.0.1:${metricsPort ?? 0}`],
  labels: { namespace, pod, service: program, container },
});

export async function startLabServer(state: () => ExposedState): Promise<LabServer> {
  const server = createServer((request, reply) => {
    if (request.url === "/targets") {
      const targets = state().containers.filter(({ metricsPort }) => metricsPort !== null);
      reply.setHeader("content-type", "application/json").end(JSON.stringify(targets.map(targetOf)));
    } else if (request.url === "/cluster-state") {
      reply.setHeader("content-type", "text/plain; version=0.0.4").end(exposeClusterState(state()));
    } else reply.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
