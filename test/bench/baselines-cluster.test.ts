import { expect, it } from "vitest";
import { notReadyWorkload } from "../../src/bench/baselines-cluster.ts";

const pods = (...rows: string[]) =>
  notReadyWorkload([
    {
      tool: "GetResources",
      args: { resource_type: "pods", namespace: "shop" },
      text: ["NAME READY STATUS RESTARTS AGE", ...rows].map((row) => row.replaceAll(" ", "   ")).join("\n"),
    },
  ]);
const WEB = "web-7d9f8b6c5d-x2x4z 1/1 Running 0 5d";

it("names the workload of the only pod that does not run, is not ready, or restarted, in this order", () => {
  expect(pods(WEB, "cart-6c9d8b7f5c-abcde 0/1 CrashLoopBackOff 7 5d")).toBe("cart");
  expect(pods(WEB, "cart-6c9d8b7f5c-abcde 0/1 Running 0 5d")).toBe("cart");
  expect(pods(WEB, "cart-6c9d8b7f5c-abcde 1/1 Running 3 5d")).toBe("cart");
  expect(pods("mail-5b8c7d6f4c-qwert 1/1 Running 3 5d", "cart-6c9d8b7f5c-abcde 0/1 Pending 0 5d")).toBe("cart");
});

it("names none where all pods are well, or several workloads show the sign", () => {
  expect(pods(WEB)).toBeNull();
  expect(notReadyWorkload([])).toBeNull();
  expect(pods("mail-5b8c7d6f4c-qwert 0/1 Pending 0 5d", "cart-6c9d8b7f5c-abcde 0/1 Pending 0 5d")).toBeNull();
  expect(pods("cart-6c9d8b7f5c-abcde 0/1 Pending 0 5d", "cart-6c9d8b7f5c-fghij 0/1 Pending 0 5d")).toBe("cart");
});
