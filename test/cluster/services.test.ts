import { expect, it } from "vitest";
import { connection, describe, findingsOf, list, pods, summariesOf, yaml } from "./tools.ts";

const CART = "cart-5d8f7c6b9-x2k4q";
const ready = pods(`${CART}  1/1  Running  0  3d  node-a`);
const labelled = (protocol = "TCP") =>
  describe(
    "pods",
    CART,
    "Labels: app=cart\n        tier=back\nControlled By:  ReplicaSet/cart-5d8f7c6b9\nContainers:\n" +
      `  main:\n    Port:           8080/${protocol}\n    Host Port:      0/TCP\n`,
  );
const service = (selector: string, target: string, endpoints: string) =>
  describe(
    "services",
    "cart",
    `Labels: <none>\nSelector: ${selector}\nType: ClusterIP\nPort: http  80/TCP\n` +
      `TargetPort: ${target}/TCP\nEndpoints: ${endpoints}\n`,
  );

it("finds nothing wrong with a Service that reaches its pods", () => {
  expect(
    summariesOf([
      ready,
      labelled(),
      service("app=cart", "8080", "10.1.0.4:8080"),
      connection("cart", 80, "cart (10.1.0.4:80) open\nConnection Succeeded"),
    ]),
  ).toEqual([]);
});

it("finds a selector that matches none of the intended pods", () => {
  expect(summariesOf([ready, labelled(), service("app=carts", "8080", "")])).toEqual([
    "cluster.no-endpoints cart: the selector of its Service matches no pod, although pods of that name exist",
  ]);
});

it("finds a target port that no container serves, with both ports", () => {
  const { findings } = findingsOf([ready, labelled(), service("app=cart", "8081", "10.1.0.4:8081")]);
  expect(findings[0]).toMatchObject({
    kind: "cluster.no-endpoints",
    strength: 5,
    summary: "cart: its Service points to a target port that its containers do not serve",
    evidence: { facts: { target_port: "8081", container_port: "8080" } },
  });
});

it("finds a protocol that the containers do not use", () => {
  expect(summariesOf([ready, labelled("UDP"), service("app=cart", "8080", "10.1.0.4:8080")])[0]).toContain(
    "another protocol",
  );
});

it("treats a Service without endpoints as a consequence of unready pods", () => {
  const { findings } = findingsOf([
    pods(`${CART}  0/1  CrashLoopBackOff  5 (9s ago)  3m  node-a`),
    labelled(),
    service("app=cart", "8080", ""),
    connection("cart", 80, "Connection Failed"),
  ]);
  expect(
    findings
      .filter(({ kind }) => kind === "cluster.no-endpoints" || kind === "cluster.unreachable")
      .map(({ strength }) => strength),
  ).toEqual([1, 1]);
});

it("counts a connection as open if one of several vantage points got through", () => {
  expect(
    summariesOf([
      ready,
      labelled(),
      service("app=cart", "8080", "10.1.0.4:8080"),
      connection("cart", 80, "from node-a: Connection Failed\nfrom node-b: Connection Succeeded"),
    ]),
  ).toEqual([]);
});

const services = list(
  "services",
  "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE\n" +
    "cart   ClusterIP   10.0.0.8     <none>        80/TCP     3d\n",
);
const deployment = (env: string) =>
  yaml(
    "web",
    "kind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n    spec:\n" +
      `      affinity: {}\n      containers:\n      - name: main\n        env:\n        - ${env}\n`,
  );

it.each([
  [
    "{name: CART_ADDR, value: 'cart:8000'}",
    "web: its variable CART_ADDR holds a wrong address: cart does not offer port 8000",
  ],
  [
    "{name: CART_ADDR, value: 'http://cartt:80/x'}",
    "web: its variable CART_ADDR holds a wrong address: there is no Service cartt",
  ],
])("finds the wrong address in %s", (env, why) => {
  expect(summariesOf([services, deployment(env)])).toEqual([`cluster.misconfiguration ${why}`]);
});

it.each([
  "{name: CART_ADDR, value: 'cart:80'}",
  "{name: CART_ADDR, value: 'cart.shop.svc:80'}",
  "{name: PAY_URL, value: 'https://pay.example.org:8443'}",
  "{name: RATIO, value: 16:9}",
])("accepts %s", (env) => {
  expect(summariesOf([services, deployment(env)])).toEqual([]);
});

it("treats an unknown name unlike all others as a hint at most", () => {
  expect(
    findingsOf([services, deployment("{name: HELPER, value: 'assistant:80'}")]).findings.map(
      ({ strength }) => strength,
    ),
  ).toEqual([0.2]);
});

it("finds a database port that the Service of its host does not offer, and hides the password", () => {
  const secret = yaml(
    "web",
    "kind: Secret\nmetadata: {name: s, namespace: shop}\n" +
      "stringData: {DB_HOST: cart, DB_PORT: '5433', DB_PASSWORD: hunter2}\n",
  );
  const { findings } = findingsOf([services, secret]);
  expect(findings[0]?.evidence.facts).toEqual({
    variable: "DB_PORT",
    host: "cart",
    port: "5433",
    means: "address_variable_wrong",
  });
  expect(JSON.stringify(findings)).not.toContain("hunter2");
});

it("finds the one gateway route that leads elsewhere than its name says", () => {
  const names = ["cart", "pay", "user", "item", "mail", "stock"];
  const all = list(
    "services",
    "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE\n" +
      `${names.map((name) => `${name.padEnd(6)} ClusterIP   10.0.0.8     <none>        80/TCP     3d\n`).join("")}`,
  );
  const routes = names
    .map((name) => `      - id: ${name}\n        uri: http://${name === "pay" ? "user" : name}\n`)
    .join("");
  const { findings } = findingsOf([
    all,
    yaml("gateway", `kind: ConfigMap\nmetadata: {name: routes, namespace: shop}\ndata:\n  routes.yml: |\n${routes}`),
  ]);
  expect(findings).toMatchObject([
    {
      kind: "cluster.misconfiguration",
      entity: { id: "pay" },
      evidence: { facts: { route: "pay", leads_to: "user" } },
    },
  ]);
});
