import { describe, expect, it } from "vitest";
import { namespaceOf, toolCacheEnvironment } from "../../../src/bench/environments/tool-cache.ts";
import type { ToolCall } from "../../../src/domain/environment.ts";

const PODS = "NAME     READY   STATUS\ncart-1   1/1     Running\npay-1    0/1     Pending";
const LABELS =
  "NAME     READY   STATUS    LABELS\ncart-1   1/1     Running   app=cart,tier=web\npay-1    0/1     Pending   app=pay";
const environment = toolCacheEnvironment(
  {
    'GetResources:{"resource_type":"pods","name":"","namespace":"shop"}': PODS,
    'GetResources:{"resource_type":"pods","name":"","namespace":"shop","show_labels":true}': LABELS,
    'GetResources:{"resource_type":"pod","name":"pay-1","namespace":"shop"}': "one row",
    'GetResources:{"resource_type":"nodes","name":"","namespace":"shop"}': "nodes under the namespace",
    'GetResources:{"resource_type":"resourcequota","name":"","namespace":"shop"}': "",
    'DescribeResource:{"resource_type":"nodes","name":"node-a"}': "Name: node-a",
    'CheckServiceConnectivity:{"namespace":"shop","service_name":"cart","port":7070}': "open",
    "GetAlerts:{}": "[]",
  },
  "shop",
);
const get = (args: ToolCall["args"]) => environment.act({ tool: "GetResources", args });

describe("recorded tools", () => {
  it("answers a recorded call, whatever form the type of the object has", async () => {
    for (const type of ["pods", "Pod", "po", "PODS"])
      expect(await get({ resource_type: type, namespace: "shop" })).toEqual({ kind: "answer", text: PODS });
    for (const type of ["quota", "resourcequotas"])
      expect(await get({ resource_type: type, namespace: "shop" })).toEqual({ kind: "answer", text: "" });
    expect(await get({ resource_type: "pods", name: "pay-1", namespace: "shop" })).toMatchObject({ text: "one row" });
  });

  it("finds objects without a namespace under each key that recordings use for them", async () => {
    expect(await get({ resource_type: "nodes" })).toMatchObject({ text: "nodes under the namespace" });
    expect(
      await environment.act({
        tool: "DescribeResource",
        args: { resource_type: "no", name: "node-a", namespace: "elsewhere" },
      }),
    ).toMatchObject({ kind: "answer", text: "Name: node-a" });
  });

  it("answers a label selector that was not recorded by filtering the table", async () => {
    const filtered = await get({ resource_type: "pods", namespace: "shop", label_selector: "app=cart" });
    expect(filtered).toEqual({ kind: "answer", text: "NAME     READY   STATUS\ncart-1   1/1     Running" });
    expect(await get({ resource_type: "pods", namespace: "shop", label_selector: "app=car" })).toEqual({
      kind: "answer",
      text: "",
    });
  });

  it("answers a call that was not recorded as missing, which proves nothing", async () => {
    expect(await get({ resource_type: "services", namespace: "shop" })).toEqual({
      kind: "missing",
      text: "No resources found in shop namespace.",
    });
    expect(
      await environment.act({
        tool: "DescribeResource",
        args: { resource_type: "pods", name: "x", namespace: "shop" },
      }),
    ).toEqual({ kind: "missing", text: 'Error from server (NotFound): pods "x" not found' });
    expect(
      await environment.act({
        tool: "CheckServiceConnectivity",
        args: { port: 1, service_name: "cart", namespace: "shop" },
      }),
    ).toEqual({ kind: "missing", text: "Connection Failed" });
    expect(await environment.act({ tool: "GetAppYAML", args: { app_name: "cart" } })).toMatchObject({
      kind: "missing",
    });
  });

  it.each<[string, ToolCall]>([
    ["there is no tool DeleteResource", { tool: "DeleteResource", args: {} }],
    ["there is no tool toString", { tool: "toString", args: {} }],
    ["GetResources needs the argument resource_type", { tool: "GetResources", args: {} }],
    ["GetResources takes no argument kind", { tool: "GetResources", args: { kind: "pods" } }],
    ['does not have a resource type "crontabs"', { tool: "GetResources", args: { resource_type: "crontabs" } }],
    [
      "exclude each other",
      { tool: "GetResources", args: { resource_type: "pods", output_wide: true, show_labels: true } },
    ],
    [
      "the argument port has the wrong type",
      { tool: "CheckServiceConnectivity", args: { namespace: "shop", service_name: "cart", port: "7070" } },
    ],
    [
      "DescribeResource needs the argument name",
      { tool: "DescribeResource", args: { resource_type: "pods", name: "" } },
    ],
  ])("refuses a wrong call: %s", async (words, action) => {
    const { kind, text } = await environment.act(action);
    expect(kind).toBe("invalid");
    expect(text).toContain(words);
  });

  it("takes the namespace that most calls name for that of the application", () => {
    expect(namespaceOf({ 'A:{"namespace":"shop"}': "", 'B:{"namespace":"shop"}': "", 'C:{"namespace":"x"}': "" })).toBe(
      "shop",
    );
    expect(namespaceOf({ "GetAlerts:{}": "" })).toBeNull();
  });
});
