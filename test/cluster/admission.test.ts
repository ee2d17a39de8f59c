import { expect, it } from "vitest";
import { describe, findingsOf, list, pods, summariesOf, yaml } from "./tools.ts";

const short = list(
  "deployments",
  "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   0/1     0            0           2m\n",
);
const sets = list(
  "replicasets",
  "NAME             DESIRED   CURRENT   READY   AGE\ncart-5d8f7c6b9   1         0         0       2m\n",
);
const refusal = (message: string, set = "cart-5d8f7c6b9") =>
  list(
    "events",
    "LAST SEEN   TYPE      REASON         OBJECT                      MESSAGE\n" +
      `9s          Warning   FailedCreate   replicaset/${set}   Error creating: pods "${set}-" ` +
      `is forbidden: ${message}\n`,
  );
const quota =
  "exceeded quota: team, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: requests.memory=8Gi";

it("blames the namespace for an exceeded quota, and marks the program as a victim", () => {
  const { findings } = findingsOf([short, sets, pods(), refusal(quota)], ["app/cart", "namespace/shop"]);
  expect(findings[0]).toMatchObject({
    kind: "cluster.admission",
    entity: { id: "namespace/shop", kind: "namespace" },
    peer: "app/cart",
    summary: "namespace/shop: a quota on memory is exceeded and refuses pods of cart",
    evidence: { facts: { resource: "requests.memory", limit: "requests.memory=8Gi" } },
  });
  expect(findings.slice(1).every(({ strength }) => strength < 1)).toBe(true);
});

it.each([
  [
    'error looking up service account shop/cartt: serviceaccount "cartt" not found',
    "its service account does not exist",
  ],
  ["maximum memory usage per Container is 1Gi, but limit is 2Gi", "a limit range forbids its resources"],
  ['violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false', "pod security forbids it"],
])("explains %j as %j", (message, why) => {
  expect(summariesOf([short, sets, pods(), refusal(message)])[0]).toBe(
    `cluster.admission cart: its pods are rejected: ${why}`,
  );
});

it("ignores refusals of deleted replica sets, and past ones", () => {
  expect(
    summariesOf([short, sets, pods(), refusal(quota, "cart-aaaaaaaaa")]).filter((line) => line.includes("admission")),
  ).toEqual([]);
  const well = list(
    "deployments",
    "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   1/1     1            1           2m\n",
  );
  expect(summariesOf([well, sets, pods("cart-5d8f7c6b9-x2k4q  1/1  Running  0  2m  node-a"), refusal(quota)])).toEqual(
    [],
  );
});

it("blames a full quota for a declared Service that does not exist", () => {
  const answers = [
    list(
      "services",
      "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE\n" +
        "web    ClusterIP   10.0.0.9     <none>        80/TCP     2m\n",
    ),
    describe("resourcequota", "few", "Resource  Used  Hard\n--------  ----  ----\nservices  1     1\n"),
    list("resourcequota", "NAME   AGE   REQUEST         LIMIT\nfew    2m    services: 1/1   \n"),
    yaml(
      "cart",
      "kind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: cart}, ports: [{port: 80}]}\n",
    ),
  ];
  expect(summariesOf(answers)[0]).toBe(
    "cluster.admission shop: a quota on services is used up: the Service of cart was not created",
  );
});

it("finds a deployment that is declared to run but scaled to zero", () => {
  const zero = list(
    "deployments",
    "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   0/0     0            0           2m\n",
  );
  expect(summariesOf([zero])).toEqual([]);
  expect(
    summariesOf([
      zero,
      yaml("cart", "kind: Deployment\nmetadata: {name: cart, namespace: shop}\nspec: {replicas: 2}\n"),
    ])[0],
  ).toBe("cluster.not-ready cart: scaled to zero replicas");
});
