import { describe, expect, it } from "vitest";
import { askCluster } from "../../../src/cluster/requests/ask-cluster.ts";
import { recordedCall } from "../../../src/cluster/requests/recorded-tools.ts";
import { clusterFindings } from "../../../src/cluster/findings.ts";
import type { ToolCall, Environment } from "../../../src/domain/environment.ts";
import { incidentOf } from "../tools.ts";

type Answers = Readonly<Record<string, string>>;
/** Answers calls by `Tool name-or-type`; others are missing. */
const cluster = (answers: Answers): Environment & { made: string[] } => {
  const made: string[] = [];
  return {
    made,
    async act({ tool, args }: ToolCall) {
      const key = [tool, ...Object.values(args).filter((value) => value !== "shop" && value !== "")].join(" ");
      made.push(key);
      const text = answers[key];
      return text === undefined ? { kind: "missing", text: "not recorded" } : { kind: "answer", text };
    },
  };
};
const ask = async (answers: Answers, maxCalls = 20) => {
  const environment = cluster(answers);
  const { calls, answers: found } = await askCluster({
    environment,
    incident: incidentOf(),
    toAction: (request) => recordedCall(request, "shop"),
    maxCalls,
  });
  const [strongest] = clusterFindings({ answers: found, incident: incidentOf(), connector: "", query: "" }).findings;
  return { made: environment.made, calls, cause: strongest?.evidence.facts.means, entity: strongest?.entity.id };
};

const row = (cells: string): string => cells.split(" ").join("   ");
const POD_HEAD = row("NAME READY STATUS RESTARTS AGE IP NODE");
const HEALTHY: Answers = {
  "GetResources pods true": [
    POD_HEAD,
    row("web-6d4b75cb6d-abcde 1/1 Running 0 3d 10.1.0.1 node-a"),
    row("cart-6d4b75cb6d-fghij 1/1 Running 0 3d 10.1.0.2 node-b"),
    row("pay-6d4b75cb6d-klmno 1/1 Running 0 3d 10.1.0.3 node-b"),
  ].join("\n"),
  "GetResources deployments true": [
    row("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR"),
    ...["web", "cart", "pay"].map((name) => row(`${name} 1/1 1 1 3d main r/${name}:1 app=${name}`)),
  ].join("\n"),
  "GetResources services true": [
    row("NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR"),
    row("web NodePort 10.2.0.1 <none> 80:30080/TCP 3d app=web"),
    row("cart ClusterIP 10.2.0.2 <none> 8080/TCP 3d app=cart"),
    row("pay ClusterIP 10.2.0.3 <none> 8080/TCP 3d app=pay"),
  ].join("\n"),
  "GetResources endpoints": [
    row("NAME ENDPOINTS AGE"),
    row("web 10.1.0.1:80 3d"),
    row("cart 10.1.0.2:8080 3d"),
    row("pay 10.1.0.3:8080 3d"),
  ].join("\n"),
  "GetResources nodes true": [
    row("NAME STATUS ROLES AGE VERSION"),
    row("master Ready control-plane 90d v1.34.0"),
    row("node-a Ready <none> 90d v1.34.0"),
    row("node-b Ready <none> 90d v1.34.0"),
  ].join("\n"),
  GetAlerts: "[]",
};
const PENDING = {
  ...HEALTHY,
  "GetResources pods true": [POD_HEAD, row("cart-6d4b75cb6d-fghij 0/1 Pending 0 3m <none> <none>")].join("\n"),
};
const described = (events: string): string =>
  `Name: cart-6d4b75cb6d-fghij\nNamespace: shop\nStatus: Pending\nEvents:\n  Type  Reason  Age  From  Message\n  ----  ------  ----  ----  -------\n${events}`;

describe("asking a cluster step by step", () => {
  it("looks around first, then describes the pod in trouble, and stops when it knows the cause", async () => {
    const { made, cause, entity } = await ask({
      ...PENDING,
      "DescribeResource pods cart-6d4b75cb6d-fghij": described(
        "  Warning  FailedScheduling  1m  default-scheduler  0/3 nodes are available: 3 Insufficient memory.",
      ),
    });
    expect(made.slice(0, 6)).toEqual([
      "GetResources pods true",
      "GetAlerts",
      "GetResources deployments true",
      "GetResources services true",
      "GetResources endpoints",
      "GetResources nodes true",
    ]);
    expect(made).toContain("DescribeResource pods cart-6d4b75cb6d-fghij");
    expect(made.length).toBeLessThan(12);
    expect([cause, entity]).toEqual(["unschedulable_memory", "cart"]);
  });

  it("asks for the scheduler when nobody tries to schedule a pod", async () => {
    const { made, cause, entity } = await ask({
      ...PENDING,
      "DescribeResource pods cart-6d4b75cb6d-fghij": described(""),
      "CheckNodeServiceStatus master kube-scheduler":
        "Service: kube-scheduler\nNode: master\n     Active: failed (Result: exit-code)\n",
    });
    expect(made).toContain("CheckNodeServiceStatus master kube-scheduler");
    expect([cause, entity]).toEqual(["kube_scheduler_down", "master"]);
  });

  it("follows complaints in the log of the front door, by the address of a Service", async () => {
    const { made, cause, entity } = await ask({
      ...HEALTHY,
      "GetErrorLogs web": JSON.stringify({
        patterns: [{ count: 40, sample: "dial tcp 10.2.0.3:8080: connect: connection refused" }],
      }),
      "CheckServiceConnectivity pay 8080": "Connection Failed",
      "DescribeResource services pay":
        "Name: pay\nNamespace: shop\nSelector: app=pay\nPort: http  8080/TCP\nTargetPort: 9999/TCP\nEndpoints: 10.1.0.3:9999\n",
      "DescribeResource deployments pay":
        "Name: pay\nNamespace: shop\nReplicas: 1 desired | 1 updated | 1 total | 1 available\n" +
        "Pod Template:\n  Labels:  app=pay\n  Containers:\n   main:\n    Image:  r/pay:1\n    Port:  8080/TCP\n  Volumes:  <none>\n",
    });
    expect(made).toContain("CheckServiceConnectivity pay 8080");
    expect(made).not.toContain("CheckServiceConnectivity cart 8080");
    expect([cause, entity]).toEqual(["service_port_wrong", "pay"]);
  });

  it("makes no call twice and no more than it may, even if every answer is missing", async () => {
    const { made, calls } = await ask({ ...HEALTHY }, 15);
    expect(made.length).toBe(15);
    expect(new Set(made).size).toBe(15);
    expect(calls.every(({ why }) => why.length > 0)).toBe(true);
    const blind = await ask({}, 20);
    expect(blind.made.length).toBe(6);
    expect(blind.cause).toBeUndefined();
  });
});
