import { edited, type LayoutCase, type MadeTree } from "./made-tree.ts";

const dir = "benchmark/shop/startup/7";
const pods = `NAME                       READY   STATUS             RESTARTS   AGE
gateway-7c9d8f6b5-x2x4q    1/1     Running            0          4d
orders-6b7f9c8d4-abcde     1/1     Running            0          4d
stock-5f6d7c8b9-qwert      0/1     ImagePullBackOff   0          12m`;
const deployments = `NAME      READY   UP-TO-DATE   AVAILABLE   AGE
gateway   1/1     1            1           4d
orders    1/1     1            1           4d
stock     0/1     1            0           4d`;
const described = `Name:             stock-5f6d7c8b9-qwert
Namespace:        shop
Containers:
  server:
    Image:          registry.example/stock:9.9.9
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
Events:
  Type     Reason   Age   From     Message
  ----     ------   ----  ----     -------
  Warning  Failed   11m   kubelet  Failed to pull image "registry.example/stock:9.9.9": not found
  Warning  Failed   11m   kubelet  Error: ErrImagePull`;
const call = (tool: string, args: object): string => `${tool}:${JSON.stringify(args)}`;

export const cloudopsbenchTree = (): MadeTree => ({
  [`${dir}/metadata.json`]: JSON.stringify({
    query: "Some pods of the shop do not start.",
    namespace: "shop",
    difficulty: "easy",
    result: { fault_taxonomy: "Startup_Fault", fault_object: "app/stock", root_cause: "incorrect_image_reference" },
  }),
  [`${dir}/tool_cache.json`]: JSON.stringify({
    [call("GetResources", { resource_type: "pods", name: "", namespace: "shop" })]: pods,
    [call("GetResources", { resource_type: "deployments", name: "", namespace: "shop" })]: deployments,
    [call("DescribeResource", { resource_type: "pods", name: "stock-5f6d7c8b9-qwert", namespace: "shop" })]: described,
    [call("GetAlerts", {})]: [],
    "GetAlerts now": "not a key",
  }),
  [`${dir}/raw_data/k8s_states.json`]: "{}",
  "benchmark/shop/runtime/3/metadata.json": JSON.stringify({
    query: "Orders fail.",
    namespace: "shop",
    result: { fault_taxonomy: "Runtime_Fault", fault_object: "app/orders", root_cause: "db_readonly_mode" },
  }),
  "benchmark/shop/runtime/3/tool_cache.json": JSON.stringify({
    [call("GetResources", { resource_type: "pods", name: "", namespace: "shop" })]: pods
      .replace("ImagePullBackOff", "Running")
      .replace("0/1", "1/1"),
  }),
});

export const cloudopsbenchCase: LayoutCase = {
  kind: "cloudopsbench",
  tree: () => Object.fromEntries(Object.entries(cloudopsbenchTree()).filter(([path]) => !path.includes("runtime"))),
  truth: ["app/stock"],
  cause: "incorrect_image_reference",
  found: ["app/stock"],
  wrong: {
    change: (tree) => edited(tree, `${dir}/metadata.json`, "fault_object", "object"),
    refusal: /benchmark\/shop\/startup\/7\/metadata\.json is not in the layout of cloudopsbench[^]*fault_object/,
    expected: /tool_cache\.json/,
  },
};
