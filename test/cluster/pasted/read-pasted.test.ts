import { stringify } from "yaml";
import { expect, it } from "vitest";
import { readState } from "../../../src/cluster/read-state.ts";
import { readTools } from "../../../src/cluster/read-tools.ts";
import { type ClusterAnswer, FILE_TOOL } from "../../../src/domain/telemetry.ts";
import { NOW, SHOP } from "../../connectors/kubernetes/shop-cluster.ts";
import { summariesOf } from "../tools.ts";
import { cpuMs } from "../../cpu-time.ts";

const file = (text: string, path = "dump.txt"): ClusterAnswer => ({ tool: FILE_TOOL, args: { path }, text });
const stateOf = (...texts: string[]) =>
  readState(
    texts.map((text) => file(text)),
    NOW,
  );
const podsOf = (text: string): string[] =>
  stateOf(text).pods.map(({ namespace, name, status }) => `${namespace}/${name} ${status}`);

const WIDE = `NAME                    READY   STATUS             RESTARTS      AGE    IP         NODE     NOMINATED NODE   READINESS GATES
cart-7d9f8c6b5d-abcde   0/1     CrashLoopBackOff   12 (90s ago)  45m    10.1.1.4   node-a   <none>           <none>
db-0                    1/1     Running            0             3d22h  10.1.1.6   node-b   <none>           <none>`;
const ALL = `NAMESPACE   NAME                    READY   STATUS             RESTARTS      AGE
shop        cart-7d9f8c6b5d-abcde   0/1     CrashLoopBackOff   12 (90s ago)  45m
payments    ledger-0                1/1     Running            0             3d22h`;

it.each([
  ["a shell prompt", "ops@bastion:~$ kubectl get pods -n shop -o wide"],
  ["a root prompt", "[root@master ~]# kubectl -n shop get po -owide"],
  ["a PowerShell prompt", "PS C:\\Users\\ops> kubectl.exe get pods --namespace=shop -o wide"],
  ["an arrow prompt and the short name k", "❯ k get pods -n=shop -o wide"],
  ["a trace of the shell", "+ kubectl get pods -nshop -o wide"],
  ["no prompt", "kubectl --context prod get pod -n shop -o wide"],
  ["OpenShift's client", "$ oc get pods --namespace shop -o wide"],
])("takes the namespace of a table from its command, with %s", (_what, command) => {
  expect(podsOf(`Hier die Ausgabe von gestern:\n${command}\n${WIDE}\n`)).toEqual([
    "shop/cart-7d9f8c6b5d-abcde CrashLoopBackOff",
    "shop/db-0 Running",
  ]);
});

it("reads a table of all namespaces without a command", () => {
  expect(podsOf(ALL)).toEqual(["shop/cart-7d9f8c6b5d-abcde CrashLoopBackOff", "payments/ledger-0 Running"]);
});

it("reads text from Windows, with colours, a byte order mark and other languages around it", () => {
  const coloured = WIDE.replace("CrashLoopBackOff", "\u001b[31mCrashLoopBackOff\u001b[0m");
  const text = `\uFEFF状況は次のとおりです\r\n$ kubectl get pods -n shop\r\n${coloured.replaceAll("\n", "\r\n")}\r\n以上です\r\n`;
  expect(podsOf(text)).toEqual(["shop/cart-7d9f8c6b5d-abcde CrashLoopBackOff", "shop/db-0 Running"]);
});

it("reads kubectl get all: a table for each type, with the type before each name", () => {
  const state = stateOf(`$ kubectl get all -n shop
NAME                       READY   STATUS    RESTARTS   AGE
pod/api-6f8d9c7b4f-qqqqq   1/1     Running   0          5m

NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/api   ClusterIP   10.0.0.1     <none>        80/TCP    5m

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/api   1/3     3            1           5m

NAME                             DESIRED   CURRENT   READY   AGE
replicaset.apps/api-6f8d9c7b4f   3         3         1       5m
`);
  expect(state.pods.map(({ name, namespace, workload }) => [name, namespace, workload])).toEqual([
    ["api-6f8d9c7b4f-qqqqq", "shop", "api"],
  ]);
  expect(state.services).toMatchObject([{ name: "api", ports: [{ port: "80" }] }]);
  expect(state.workloads).toMatchObject([{ kind: "Deployment", name: "api", ready: 1, desired: 3 }]);
});

it("reads several descriptions in a row, with their events, whatever their type", () => {
  const state = stateOf(`Name:             cart-7d9f8c6b5d-abcde
Namespace:        shop
Labels:           app=cart
Status:           Running
Controlled By:    ReplicaSet/cart-7d9f8c6b5d
Containers:
  cart:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Ready:          False
    Restart Count:  12
Events:
  Type     Reason   Age                 From     Message
  ----     ------   ----                ----     -------
  Warning  BackOff  4m (x91 over 24m)   kubelet  Back-off restarting failed container cart


Name:               node-b
Roles:              worker
Taints:             node.kubernetes.io/unreachable:NoExecute
Unschedulable:      true
Conditions:
  Type    Status   LastHeartbeatTime                 LastTransitionTime                Reason             Message
  ----    ------   -----------------                 ------------------                ------             -------
  Ready   Unknown  Mon, 30 Nov 2026 11:00:00 +0000   Mon, 30 Nov 2026 11:30:00 +0000   NodeStatusUnknown  Kubelet stopped posting node status.


Name:              web
Namespace:         shop
Selector:          app=web
Type:              ClusterIP
Port:              http  80/TCP
TargetPort:        8080/TCP
Endpoints:         <none>
Session Affinity:  None
`);
  expect(state.pods).toMatchObject([{ name: "cart-7d9f8c6b5d-abcde", events: [{ reason: "BackOff", count: 91 }] }]);
  expect(state.nodes).toMatchObject([{ name: "node-b", cordoned: true }]);
  expect(state.services).toMatchObject([{ name: "web", namespace: "shop", hasEndpoints: false }]);
});

it("ties events to the pods of their own namespace", () => {
  const state = stateOf(`$ kubectl get pods -A
NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE
one         db-0   0/1     Pending   0          5m
two         db-0   1/1     Running   0          5m
$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON             OBJECT     MESSAGE
one         2m          Warning   FailedScheduling   pod/db-0   0/3 nodes are available: 3 Insufficient cpu.
`);
  expect(state.pods.map(({ namespace, events }) => [namespace, events.length])).toEqual([
    ["one", 1],
    ["two", 0],
  ]);
});

it("reads logs as what their workload says", () => {
  const text =
    "$ kubectl logs -n shop cart-7d9f8c6b5d-abcde -c cart --previous\nboot\nERROR: Access denied for user 'cart'\n$ exit\n";
  expect(summariesOf([file(text)])).toEqual([
    "cluster.misconfiguration cart: logs that its database refuses its credentials",
  ]);
});

it.each([
  ["JSON", JSON.stringify({ kind: "List", items: SHOP }, null, 4)],
  ["YAML", stringify({ apiVersion: "v1", kind: "List", items: SHOP }, { aliasDuplicateObjects: false })],
  ["YAML of several documents", SHOP.map((object) => stringify(object)).join("---\n")],
  ["JSON objects after one another", SHOP.map((object) => JSON.stringify(object, null, 2)).join("\n")],
])("reads %s with all its objects", (_what, text) => {
  const state = stateOf(text);
  expect(state.pods).toHaveLength(7);
  expect(state.objects.length + state.events.length).toBe(SHOP.length);
  expect(readTools([file(text)]).skipped).toEqual([]);
});

it("reads items of a typed list, which have no kind, and lists that only their path names", () => {
  const items = SHOP.filter(({ kind }) => kind === "Pod").map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  expect(stateOf(JSON.stringify({ kind: "PodList", apiVersion: "v1", items })).pods).toHaveLength(7);
  const bundled = file(JSON.stringify({ metadata: {}, items }, null, 2), "bundle/cluster-resources/pods/shop.json");
  expect(readState([bundled], NOW).pods).toHaveLength(7);
});

it("keeps what is complete of a list that is cut off, and says so", () => {
  const json = JSON.stringify({ kind: "List", items: SHOP }, null, 4);
  const cut = json.slice(0, Math.floor(json.length * 0.6));
  const state = stateOf(cut);
  expect(state.objects.length).toBeGreaterThan(SHOP.length / 3);
  expect(state.objects.length + state.events.length).toBeLessThan(SHOP.length);
  expect(readTools([file(cut)]).skipped).toEqual([
    "dump.txt: a JSON list is cut off; the objects before the cut were read",
  ]);
});

it("skips YAML that refers to what it does not hold, or to itself too often", () => {
  const bomb = `kind: &a [x]\nmetadata: {name: ${"[*a,*a]"}}\n`;
  const text = `kind: Pod\nmetadata: *missing\n---\n${bomb}---\n${stringify(SHOP[0])}`;
  expect(stateOf(text).objects).toHaveLength(1);
  expect(readTools([file(text)]).skipped).toEqual(["dump.txt: 2 parts of YAML that are not valid or cut off"]);
});

it("takes declared objects for what should be, not for what is", () => {
  const state = stateOf("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n");
  expect(state.workloads).toEqual([]);
  expect(state.manifests).toMatchObject([{ app: "web", objects: [{ kind: "Deployment" }] }]);
});

it("reads kubectl cluster-info dump as it is printed: lists, then logs between marks", () => {
  const state = stateOf(
    `${JSON.stringify({ kind: "PodList", items: SHOP.filter(({ kind }) => kind === "Pod") }, null, 4)}\n` +
      "==== START logs for container cart of pod shop/cart-7d9f8c6b5d-abcde ====\n" +
      "panic: No space left on device\n" +
      "==== END logs for container cart of pod shop/cart-7d9f8c6b5d-abcde ====\n" +
      "==== START logs for container web of pod shop/web-7d9f8c6b5d-xxxxx ====\n" +
      "==== END logs for container web of pod shop/web-7d9f8c6b5d-xxxxx ====\n",
  );
  expect(state.pods).toHaveLength(7);
  expect(state.errorLogs).toMatchObject([{ service: "cart", lines: [{ text: "panic: No space left on device" }] }]);
});

it("survives a text that is cut off anywhere, and any bytes", () => {
  const everything = [
    WIDE,
    ALL,
    stringify(SHOP[0]),
    JSON.stringify(SHOP.slice(0, 6), null, 2),
    '{["\\',
    "Name: \n\u0000",
  ].join("\n");
  for (let length = 0; length < everything.length; length += 37) {
    const [start, end] = [everything.slice(0, length), everything.slice(length)];
    expect(() => summariesOf([file(start), file(end, "b.yaml"), file(`${end}${start}`, "pods.json")])).not.toThrow();
  }
});

it("reads tens of megabytes in linear time", () => {
  const rows = Array.from({ length: 100_000 }, (_, at) => `pod-${at}   1/1     Running   0   5m`).join("\n");
  const prose = "a [ b { c ".repeat(100_000);
  const pasted = file(`NAME   READY   STATUS   RESTARTS   AGE\n${rows}\n\n${prose}\n${"[\n{\n".repeat(2_000)}`);
  expect(cpuMs(() => readTools([pasted]))).toBeLessThan(20_000);
});
