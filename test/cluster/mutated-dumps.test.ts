import { stringify } from "yaml";
import { expect, it } from "vitest";
import { readCluster } from "../../src/app/read-cluster.ts";
import { pluralType } from "../../src/cluster/answers.ts";
import { restartedContainers } from "../../src/connectors/kubernetes/previous-logs.ts";
import { type ApiObject, reduced } from "../../src/connectors/kubernetes/reduce.ts";
import { rolloutChanges } from "../../src/connectors/kubernetes/rollouts.ts";
import { FILE_TOOL } from "../../src/domain/telemetry.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { SHOP } from "../connectors/kubernetes/shop-cluster.ts";
import { mutated, mutatedText } from "./mutate.ts";
import { SICK_CLUSTERS } from "./sick-clusters.ts";
import { findingsOf } from "./tools.ts";

const SEEDS = Array.from({ length: 120 }, (_, at) => at + 1);
const file = (text: string) => ({ tool: FILE_TOOL, args: { path: "dump.txt" }, text });

/** All recorded objects, of clusters with every fault that has a rule, and of the shop. */
const ESTATE: readonly object[] = [
  ...SHOP,
  ...SICK_CLUSTERS.flatMap(({ sick, healthy }) => [...sick, ...healthy].flat()).flatMap(itemsIn),
];
function itemsIn({ text }: { text: string }): object[] {
  return text.startsWith("{") ? ((JSON.parse(text) as { items?: object[] }).items ?? []) : [];
}

/** A list of some objects, in which fields are missing or hold something else. */
function damaged(seed: number): { json: unknown; changes: string[] } {
  const random = seededRandom(seed);
  const items = Array.from({ length: 25 }, () => ESTATE[Math.floor(random() * ESTATE.length)]);
  return mutated({ kind: "List", metadata: { takenAt: "2026-03-14T10:00:00Z" }, items }, random, 12);
}

it("has objects of every kind that is read", () => {
  const kinds = new Set(ESTATE.map((one) => (one as { kind?: string }).kind));
  for (const kind of ["HorizontalPodAutoscaler", "Endpoints", "Ingress", "Gateway", "HTTPRoute", "PersistentVolume"])
    expect(kinds).toContain(kind);
  expect(ESTATE.length).toBeGreaterThan(300);
});

it("judges API objects whose fields are missing or of another type", () => {
  for (const seed of SEEDS) {
    const { json, changes } = damaged(seed);
    const answer = {
      tool: "KubernetesObjects",
      args: { resource_type: "pods", namespace: "" },
      text: JSON.stringify(json),
    };
    expect(() => findingsOf([answer]), `seed ${seed}: ${changes.join("; ")}`).not.toThrow();
  }
});

it("reads such objects live: keeps what is needed, restarts and rollouts", () => {
  for (const seed of SEEDS) {
    const { json, changes } = damaged(seed);
    const { items } = json as { items?: unknown };
    const objects = (Array.isArray(items) ? items : []).filter(
      (one): one is ApiObject => typeof one === "object" && one !== null && !Array.isArray(one),
    );
    const of = (type: string): ApiObject[] =>
      objects
        .filter(({ kind }) => typeof kind === "string" && pluralType(kind) === type)
        .map((one) => reduced(type, one));
    const read = (): void => {
      for (const type of ["pods", "events", "nodes", "configmaps", "jobs", "cronjobs"]) of(type);
      restartedContainers(of("pods"));
      const [deployments, replicasets] = [of("deployments"), of("replicasets")];
      rolloutChanges({ deployments, replicasets, controllerrevisions: of("controllerrevisions") });
    };
    expect(read, `seed ${seed}: ${changes.join("; ")}`).not.toThrow();
  }
});

const TABLES = `$ kubectl get pods -n shop -o wide
NAME                    READY   STATUS             RESTARTS      AGE    IP         NODE     NOMINATED NODE   READINESS GATES
cart-7d9f8c6b5d-abcde   0/1     CrashLoopBackOff   12 (90s ago)  45m    10.1.1.4   node-a   <none>           <none>
$ kubectl get events -n shop
LAST SEEN   TYPE      REASON   OBJECT                      MESSAGE
2m          Warning   Failed   pod/cart-7d9f8c6b5d-abcde   Failed to pull image "web:9": manifest unknown
$ kubectl describe pods
Name:             cart-7d9f8c6b5d-abcde
Namespace:        shop
Labels:           app=cart
Controlled By:    ReplicaSet/cart-7d9f8c6b5d
Containers:
  cart:
    Port:           8080/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Finished:     Sat, 14 Mar 2026 09:44:10 +0000
    Liveness:       http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3
Events:
  Type     Reason   Age                 From     Message
  ----     ------   ----                ----     -------
  Warning  BackOff  4m (x91 over 24m)   kubelet  Back-off restarting failed container cart
$ kubectl logs -n shop cart-7d9f8c6b5d-abcde --previous
ERROR: Access denied for user 'cart'
`;

it("reads pasted text, JSON and YAML that are cut, mixed up or damaged", () => {
  const json = JSON.stringify({ kind: "List", items: SHOP }, null, 2);
  const yaml = stringify({ kind: "List", items: SHOP.slice(0, 6) }, { aliasDuplicateObjects: false });
  for (const [form, text, seeds] of [
    ["text", TABLES, SEEDS],
    ["JSON", json, SEEDS.slice(0, 40)],
    ["YAML", yaml, SEEDS.slice(0, 15)],
  ] as const)
    for (const seed of seeds) {
      const changed = mutatedText(text, seededRandom(seed), 4);
      expect(() => readCluster([file(changed)], []), `${form}, seed ${seed}`).not.toThrow();
    }
});

/** Texts of a megabyte for which a careless reader takes minutes, or as many calls as its stack has. */
it.each([
  ["brackets that never close", "{\n".repeat(100_000)],
  ["lists within lists", '{"kind":"List","items":['.repeat(20_000) + "]}".repeat(20_000)],
  ["one list around another", `{"kind":"List","items":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
  [
    "a container that ended 20,000 times",
    `Name: a\nContainers:\n  c:\n${"    Last State: Terminated\n".repeat(20_000)}`,
  ],
  ["a command of spaces", `$ kubectl get ${" ".repeat(500_000)}| x`],
  ["a heading of spaces", `NAME   READY${" ".repeat(500_000)}x\na  1/1${" ".repeat(500_000)}y`],
  ["prompts only", "$ ".repeat(200_000)],
  ["quotes that never close", `{ "${'\\"'.repeat(500_000)}`],
])("reads %s", (_what, text) => {
  expect(() => readCluster([file(text)], [])).not.toThrow();
});
