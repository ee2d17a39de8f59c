import type { V1ConfigMap, V1Container, V1Deployment, V1Pod, V1Secret } from "@kubernetes/client-node";
import type { Stored } from "../../../src/lab/cluster/objects.ts";
import type { NetworkAddress, RunningContainer } from "../../../src/lab/cluster/pod-runtime.ts";
import { marketObjects } from "../../../src/lab/market/manifests.ts";
import { type MarketRuntime, marketRuntime } from "../../../src/lab/market/market-runtime.ts";

/** Runs the market's pods without a cluster: each Deployment once, each Service its only pod. */
export type TinyCluster = {
  runtime: MarketRuntime;
  lines: string[];
  containers: Map<string, RunningContainer>;
  resolve: (host: string, port: number) => Promise<NetworkAddress | null>;
  stop: () => Promise<void>;
};

/** `alter`: changes a container before it starts. `only`: the workloads to start; all by default. */
export function startTinyCluster({
  only,
  alter = (_name, container) => container,
}: {
  only?: readonly string[];
  alter?: (name: string, container: Stored<V1Container>) => Stored<V1Container>;
} = {}): TinyCluster {
  const lines: string[] = [];
  const runtime = marketRuntime({ otlpEndpoint: null, onLine: (_, { text }) => void lines.push(text) });
  const objects = marketObjects();
  const dataOf = (kind: string, name: string): Record<string, string> =>
    (objects.find((one) => one.kind === kind && one.metadata.name === name) as Stored<V1ConfigMap & V1Secret>)
      .data as Record<string, string>;
  const containers = new Map<string, RunningContainer>();
  const resolve = (host: string, port: number): Promise<NetworkAddress | null> =>
    Promise.resolve(containers.get(host)?.address(port) ?? null);
  for (const object of objects.filter(({ kind }) => kind === "Deployment") as Stored<V1Deployment>[]) {
    const name = object.metadata?.name ?? "";
    const [given] = object.spec?.template.spec?.containers ?? [];
    if (given === undefined || (only !== undefined && !only.includes(name))) continue;
    const container = alter(name, given);
    const env = Object.fromEntries(
      (container.env ?? []).map(({ name: variable, value, valueFrom }) => {
        const config = valueFrom?.configMapKeyRef;
        const secret = valueFrom?.secretKeyRef;
        if (config) return [variable, dataOf("ConfigMap", config.name ?? "")[config.key] ?? ""];
        if (secret)
          return [variable, Buffer.from(dataOf("Secret", secret.name ?? "")[secret.key] ?? "", "base64").toString()];
        return [variable, value ?? ""];
      }),
    );
    const pod = { metadata: { name: `${name}-0`, namespace: "market", uid: name } } as Stored<V1Pod>;
    containers.set(name, runtime.start({ pod, node: "node-1", container, env, files: {}, attempt: 0, resolve }));
  }
  return {
    runtime,
    lines,
    containers,
    resolve,
    async stop() {
      for (const container of containers.values()) container.kill("SIGKILL");
      await Promise.all([...containers.values()].map(({ exited }) => exited));
    },
  };
}
