import { afterEach, expect, it } from "vitest";
import { readState } from "../../../src/cluster/read-state.ts";
import { PREVIOUS_LOGS_TOOL } from "../../../src/connectors/kubernetes/resources.ts";
import type { AnswerGap } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type ApiServer, type ApiServerOptions, startApiServer } from "./api-server.ts";
import { kubeconfigFor, kubectl } from "./kubectl.ts";
import { openCluster, RANGE, readCluster } from "./open.ts";
import { NOW, SHOP } from "./shop-cluster.ts";

const TOKEN = "viewer-t0ken-of-the-test";
const KUBECTL_PATIENCE_MS = 120_000;
const POD = "cart-7d9f8c6b5d-abcde";
const LOGS = { [`shop/${POD}/cart`]: "starting\nERROR Access denied for user 'cart'@'10.0.0.1'\n" };

const servers: ApiServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));
async function serverWith(options: Partial<ApiServerOptions>): Promise<ApiServer> {
  const server = await startApiServer({ objects: SHOP, token: TOKEN, ...options });
  servers.push(server);
  return server;
}
const whys = (gaps: readonly AnswerGap[]): string[] =>
  gaps.filter(({ kind }) => kind !== "not_filtered").map(({ why }) => why);

/** Refuses the logs of pods, as a role without `pods/log` does. */
const withoutLogs: ApiServerOptions["intercept"] = (_request, response, { pathname }) => {
  if (!pathname.endsWith("/log")) return false;
  const message = `pods "${POD}" is forbidden: User "viewer" cannot get resource "pods/log" in API group ""`;
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Forbidden", code: 403, message };
  response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify(status));
  return true;
};

it(
  "reads the same lines of a restarted container as kubectl logs --previous",
  async () => {
    const server = await serverWith({ logs: LOGS });
    const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
    const printed = await kubectl(kubeconfig, "logs", "--namespace=shop", POD, "--container=cart", "--previous");
    const { data } = await readCluster(server.url, { token: TOKEN });
    const ours = data.filter(({ tool }) => tool === PREVIOUS_LOGS_TOOL);
    expect(ours.map(({ args, text }) => [args.pod, JSON.parse(text)])).toEqual([
      [POD, { cart: printed.trimEnd().split("\n") }],
    ]);
  },
  KUBECTL_PATIENCE_MS,
);

it(
  "reads the rest where logs may not be read, which kubectl may not either, and says so once",
  async () => {
    const server = await serverWith({ intercept: withoutLogs });
    const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
    await expect(
      kubectl(kubeconfig, "logs", "--namespace=shop", POD, "--container=cart", "--previous"),
    ).rejects.toThrow(/Forbidden/);
    const { data, coverage } = await readCluster(server.url, { token: TOKEN });
    expect(readState(data, NOW).pods).toHaveLength(7);
    expect(whys(coverage.gaps)).toEqual([
      expect.stringMatching(/^previous logs of \d+ containers could not be read: Kubernetes forbids .*pods\/log/),
    ]);
  },
  KUBECTL_PATIENCE_MS,
);

async function rolloutsOf(server: ApiServer) {
  const { changes, close } = openCluster(server.url, { token: TOKEN });
  try {
    return await changes.query(queryFor("change", RANGE));
  } finally {
    await close();
  }
}

/** kubectl finds the ReplicaSets of a Deployment by the identity of their owner. */
const identified = SHOP.map((one) => {
  const owners = one.metadata.ownerReferences as { kind: string; name: string }[] | undefined;
  if (owners === undefined) return one;
  const ownerReferences = owners.map((owner) => {
    const found = SHOP.find(({ kind, metadata }) => kind === owner.kind && metadata.name === owner.name);
    return { ...owner, uid: found?.metadata.uid ?? "gone" };
  });
  return { ...one, metadata: { ...one.metadata, ownerReferences } };
});

it(
  "knows the revisions that kubectl rollout history lists",
  async () => {
    const server = await serverWith({ objects: identified });
    const kubeconfig = kubeconfigFor(server.url, { token: TOKEN });
    const printed = await kubectl(kubeconfig, "rollout", "history", "deployment/cart", "--namespace=shop");
    const listed = [...printed.matchAll(/^(\d+)\s/gm)].map(([, revision]) => revision);
    expect(listed).toEqual(["1", "2"]);
    const all = { ...RANGE, startMs: 0 };
    const { changes, close } = openCluster(server.url, { token: TOKEN });
    const { data } = await changes.query(queryFor("change", all));
    await close();
    expect(data.filter(({ entity }) => entity === "cart").map(({ id }) => id)).toEqual(
      listed.map((revision) => `shop/Deployment/cart revision ${revision}`),
    );
  },
  KUBECTL_PATIENCE_MS,
);

it("lists rollouts where only one namespace may be read, and says what may not", async () => {
  const server = await serverWith({ forbids: (_type, namespace) => namespace !== "shop" });
  const { data, coverage } = await rolloutsOf(server);
  expect(data.map(({ id }) => id)).toContain("shop/Deployment/cart revision 2");
  expect(whys(coverage.gaps)).toEqual([]);
});

it.each([
  ["replicasets", "the history of deployments", [] as string[]],
  [
    "controllerrevisions",
    "that of stateful sets",
    ["shop/Deployment/cart revision 2", "shop/Deployment/web revision 2"],
  ],
])("says that %s may not be read, and so not %s", async (type, _history, ids) => {
  const server = await serverWith({ forbids: (one) => one === type });
  const { data, coverage } = await rolloutsOf(server);
  expect(data.map(({ id }) => id)).toEqual(ids);
  expect(whys(coverage.gaps)).toEqual([expect.stringMatching(new RegExp(`^${type}.* could not be read: .*forbid`))]);
});

it("fails for the true reason where nothing of a rollout may be read", async () => {
  const server = await serverWith({ forbids: () => true });
  await expect(rolloutsOf(server)).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("forbid"),
  });
});
