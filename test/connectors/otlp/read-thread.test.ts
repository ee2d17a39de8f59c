import { expect, it, onTestFinished } from "vitest";
import { readThread } from "../../../src/connectors/otlp/read-thread.ts";
import type { OtlpRequest } from "../../../src/domain/otlp.ts";
import { eventually } from "../../eventually.ts";
import { gaugeOf, HOUR_MS, message } from "./messages.ts";

const request = (body: string): OtlpRequest => ({
  signal: "metric",
  isJson: true,
  body: Buffer.from(body),
  sender: "test",
  receivedAtMs: 10_000,
});

function open(entry: string, longestMs = 60_000) {
  const thread = readThread({
    entry: new URL(entry, import.meta.url),
    maxAgeMs: HOUR_MS,
    longestMs,
    maxHeapMegabytes: 32,
  });
  onTestFinished(thread.close);
  return thread;
}

it("reads requests in the thread of the program, small ones and large ones", async () => {
  const { read } = open("../../../src/compose/otlp-worker.ts");
  for (const count of [1, 20_000]) {
    const records = Array.from({ length: count }, (_, at) => gaugeOf(`load_${at}`, 1_000, at));
    const body = JSON.stringify(message("metric", [{ resource: { "service.name": "cart" }, records }]));
    const { block, result } = await read(request(body));
    expect(result).toEqual({ accepted: count, rejected: 0, why: "" });
    expect(block).toMatchObject({ records: count, sender: "test", entities: [["cart", "service"]] });
    expect(block?.body.length).toBeGreaterThan(0);
  }
  await expect(read(request("{"))).rejects.toMatchObject({ code: "BAD_INPUT" });
});

it.each([
  ["takes too much memory", "fill", "REJECTED", /too much memory/],
  ["breaks the thread", "throw", "UNAVAILABLE", /it broke/],
  ["ends the thread", "exit", "UNAVAILABLE", /stopped/],
])("a request that %s is refused alone: those that wait are read in a new thread", async (_, deed, code, why) => {
  const { read } = open("failing-worker.ts");
  const results = await Promise.allSettled(["read", deed, "refuse", "read"].map((each) => read(request(each))));
  expect(results).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: { code, message: expect.stringMatching(why) } },
    { status: "rejected", reason: { code: "BAD_INPUT", hint: "Send one." } },
    { status: "fulfilled", value: { result: { accepted: 1 } } },
  ]);
});

it("outlives a thread that breaks while nobody waits for it", async () => {
  const { read } = open("failing-worker.ts");
  await expect(read(request("later"))).resolves.toMatchObject({ result: { accepted: 1 } });
  // those that it has when it breaks are refused
  const again = await eventually(() => read(request("read")));
  expect(again).toMatchObject({ result: { accepted: 1 } });
});

it("refuses a request where no thread can be started, and the next one, too", async () => {
  const { read } = open("data:nothing");
  for (const body of ["one", "two"])
    await expect(read(request(body))).rejects.toMatchObject({ code: "UNAVAILABLE", hint: "Send it again." });
});

it("ends a request that never ends", async () => {
  const { read } = open("failing-worker.ts", 300);
  await expect(read(request("hang"))).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringMatching(/time/),
  });
});

it("refuses those that wait when Causeway stops", async () => {
  const thread = open("failing-worker.ts");
  const sent = Promise.allSettled([thread.read(request("hang")), thread.read(request("read"))]);
  await thread.close();
  for (const { status } of await sent) expect(status).toBe("rejected");
});
