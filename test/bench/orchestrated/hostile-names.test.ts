import { MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { openSessions } from "../../../src/bench/orchestrated/sessions.ts";

const table = (...rows: string[]): string => rows.map((row) => row.split(" ").join("   ")).join("\n");

/** What a cluster answers in which everything has this name. */
function answerTo(call: string, name: string): string {
  if (/get pods/.test(call)) return table("NAME READY STATUS RESTARTS AGE", `${name} 0/1 CrashLoopBackOff 5 5m`);
  if (/-o yaml/.test(call)) return `apiVersion: apps/v1\nkind: ${name}\nmetadata:\n  name: ${name}\n`;
  if (/get deployments/.test(call)) return table("NAME READY UP-TO-DATE AVAILABLE AGE", `${name} 0/2 0 0 5m`);
  if (/get services/.test(call))
    return table(
      "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR",
      `${name} NodePort ${name} <none> 80/TCP 5m app=${name}`,
      "cart NodePort 10.0.0.1 <none> 80/TCP 5m app=cart",
    );
  if (/get nodes/.test(call)) return table("NAME STATUS ROLES AGE VERSION", `${name} NotReady <none> 5m v1`);
  if (/get_logs/.test(call)) return `error: connection to cart and ${name} refused, ${"a".repeat(60)}`;
  return `Name: ${name}\nNamespace: shop\nEvents:\n  Warning Failed 5m kubelet ${name}\n`;
}

const COMMAND = /^kubectl (get|describe) [a-z]+( [a-z0-9.-]+)?( -n shop)?( -o (wide|yaml)| --[a-z-]+(=[.\w]+)?)?$/;
const isHarmless = (call: string): boolean =>
  COMMAND.test(/^exec_shell\("(.*)"\)$/s.exec(call)?.[1] ?? "") || /^get_logs\("shop", "cart"\)$/.test(call);

it.each(["((((", "(a+)+$", "$(id)", "`id`", "a;id", `x"y`, "x'y", "--all", "-A", "[", "\\", "A".repeat(300)])(
  "a cluster in which everything is called %s never changes a command, and gets an answer",
  async (name) => {
    const conclude = async () => ({ submit: "submit()", calls: [], summary: "" });
    const sessions = openSessions({ conclude }, new MemorySaver());
    const apis = { exec_shell: "", get_logs: "" };
    const { id } = await sessions.open({
      desc: "Namespace: shop",
      instructions: "",
      apis,
      problemId: "x-detection-1",
      maxSteps: 20,
    });
    const calls: string[] = [];
    let next = await sessions.act(id, "", 0);
    for (; !next.done; next = await sessions.act(id, answerTo(next.call, name), calls.length)) calls.push(next.call);
    expect(calls.filter((call) => !isHarmless(call))).toEqual([]);
    expect(calls).toContain('get_logs("shop", "cart")');
  },
);
