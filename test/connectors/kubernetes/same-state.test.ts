import { afterEach, expect, it } from "vitest";
import { clusterFindings } from "../../../src/cluster/findings.ts";
import { readState } from "../../../src/cluster/read-state.ts";
import type { ClusterState } from "../../../src/cluster/state.ts";
import { type ClusterAnswer, FILE_TOOL } from "../../../src/domain/telemetry.ts";
import { incidentOf } from "../../cluster/tools.ts";
import { type ApiServer, type ApiServerOptions, startApiServer } from "./api-server.ts";
import { kubeconfigFor, kubectl } from "./kubectl.ts";
import { readCluster } from "./open.ts";
import { NOW, SHOP } from "./shop-cluster.ts";

const TOKEN = "viewer-t0ken-of-the-test";
const TYPES =
  "pods,events,nodes,deployments,replicasets,statefulsets,daemonsets,services,endpointslices,persistentvolumeclaims," +
  "configmaps,resourcequotas,horizontalpodautoscalers,persistentvolumes,namespaces,storageclasses";
const KUBECTL_PATIENCE_MS = 120_000;

const servers: ApiServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));
async function serverWith(options: Partial<ApiServerOptions> = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: SHOP, pageSize: 3, token: TOKEN, ...options });
  servers.push(server);
  return server;
}
const pasted = (text: string): ClusterAnswer => ({ tool: FILE_TOOL, args: { path: "dump.txt" }, text });

/** A state without what cannot be the same: who gave it, and ages, which kubectl counts from its own clock. */
const comparable = (state: ClusterState): unknown =>
  JSON.parse(
    JSON.stringify({ ...state, objects: [], manifests: [], listed: [], events: state.events }, (key, value: unknown) =>
      ["source", "ageS", "restartedAgoS"].includes(key) ? undefined : value,
    ),
  );
const summaries = (answers: readonly ClusterAnswer[]): string[] =>
  clusterFindings({
    answers,
    incident: { ...incidentOf(), asOfMs: NOW },
    connector: "test",
    query: "",
  }).findings.map(({ kind, summary }) => `${kind} ${summary}`);

it(
  "gives the same state and findings as kubectl's JSON, from a server that is paged and slow",
  async () => {
    const server = await serverWith({ delayMs: 5 });
    const expiring = await serverWith({ delayMs: 5, expiredPages: 1 }); // kubectl does not begin such a list again
    const printed = await kubectl(kubeconfigFor(server.url, { token: TOKEN }), "get", TYPES, "-A", "-o", "json");
    const ours = (await readCluster(expiring.url, { token: TOKEN })).data;
    const state = readState(ours, NOW);
    expect(state.pods.length).toBe(7);
    expect(
      state.pods.map(({ name, status, ready, total, restarts }) => [name, status, `${ready}/${total}`, restarts]),
    ).toEqual([
      ["cart-7d9f8c6b5d-abcde", "CrashLoopBackOff", "0/1", 12],
      ["cart-7d9f8c6b5d-pqrst", "Init:CrashLoopBackOff", "0/1", 4],
      ["web-7d9f8c6b5d-xxxxx", "Running", "1/1", 0],
      ["web-7d9f8c6b5d-zzzzz", "ImagePullBackOff", "0/1", 0],
      ["pending-7d9f8c6b5d-q7q7q", "Pending", "0/1", 0],
      ["bare", "Unknown", "0/1", 0],
      ["leaving-7d9f8c6b5d-bbbbb", "Terminating", "1/1", 0],
    ]);
    expect(comparable(readState([pasted(printed)], NOW))).toEqual(comparable(state));
    const found = summaries(ours);
    expect(found).toEqual(
      expect.arrayContaining([
        "cluster.out-of-memory cart: killed because it ran out of memory",
        "cluster.image-pull web: an image cannot be pulled: the image does not exist",
        "cluster.unschedulable pending: no node accepts it: insufficient memory",
        expect.stringContaining("CART_ADDR holds a wrong address"),
      ]),
    );
  },
  KUBECTL_PATIENCE_MS,
);

it(
  "gives the same pods as kubectl describe, where both show a thing",
  async () => {
    const server = await serverWith();
    const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
    const printed = await kubectl(kubeconfig, "describe", "pods", "-n", "shop");
    const ours = readState((await readCluster(server.url, { token: TOKEN, namespaces: ["shop"] })).data, NOW);
    const shown = ({ pods }: ClusterState): unknown =>
      pods.map(
        ({ name, namespace, workload, node, labels, restarts, status, nodeSelector, claims, containers, events }) => ({
          seen: [name, namespace, workload, node, labels, restarts, status, nodeSelector, claims],
          containers: containers.map(({ ports, stateMessage: _notDescribed, ...rest }) => ({
            ...rest,
            ready: rest.ready === true,
            ports: ports.map(({ port }) => port),
          })),
          events: events.map(({ ageS: _age, ...event }) => event),
        }),
      );
    expect(shown(readState([pasted(printed)], NOW))).toEqual(shown(ours));
  },
  KUBECTL_PATIENCE_MS,
);

it(
  "reads the one namespace that it may read, as kubectl does, and names what it may not",
  async () => {
    const server = await serverWith({ forbids: (type, namespace) => namespace !== "shop" || type === "configmaps" });
    const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
    const printed = await kubectl(
      kubeconfig,
      "get",
      "pods,events,services,endpointslices,deployments,replicasets",
      "-o",
      "json",
    );
    const { data, coverage } = await readCluster(server.url, { token: TOKEN });
    const [theirs, ours] = [readState([pasted(printed)], NOW), readState(data, NOW)];
    expect(ours.pods.map(({ name }) => name)).toEqual(theirs.pods.map(({ name }) => name));
    expect(ours.pods.every(({ namespace }) => namespace === "shop")).toBe(true);
    expect(ours.pods.length).toBe(6);
    expect(coverage.gaps.map(({ why }) => why.split(" ")[0]).toSorted()).toEqual([
      "configmaps",
      "ingressclasses",
      "mutatingwebhookconfigurations",
      "namespaces",
      "nodes",
      "persistentvolumes",
      "storageclasses",
      "this",
      "validatingwebhookconfigurations",
    ]);
  },
  KUBECTL_PATIENCE_MS,
);
