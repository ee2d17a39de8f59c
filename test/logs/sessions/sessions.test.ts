import { expect, it } from "vitest";
import { Detection, type NamedSession } from "../../../src/logs/sessions/detect.ts";
import { SessionAssembler } from "../../../src/logs/sessions/session-assembler.ts";
import { chooseSessionKey } from "../../../src/logs/sessions/session-key.ts";
import { cutSessions } from "../../../src/logs/sessions/sessions.ts";

const chunks = (lines: readonly string[]): Uint8Array[] => [Buffer.from(`${lines.join("\n")}\n`)];

it.each([
  [
    "a prefixed number",
    (i: number, what: string) =>
      `240305 101112 ${i} INFO dfs.Node: ${what} blk_-${7_000_000 + (i % 40)} from /10.0.0.1:${i}`,
    "blk_",
  ],
  [
    "a named id",
    (i: number, what: string) => `10:11:12 INFO a.B#${3} requestId=ab${100 + (i % 40)}cd ${what}`,
    "requestId=",
  ],
  [
    "a trace",
    (i: number, what: string) =>
      `INFO a.b.C: [TraceID: 4bf92f3577b34da6a3ce929d0e0e47${10 + (i % 40)}] ${what} thread-pool-7`,
    "TraceID=",
  ],
  ["a pod", (i: number, what: string) => `ts=1 pod=web-5d4f${10 + (i % 40)} msg="${what}"`, "pod="],
  ["a uuid", (i: number, what: string) => `INFO ${what} 123e4567-e89b-12d3-a456-4266141740${10 + (i % 40)}`, "uuid"],
])("chooses %s to tie lines together", (_what, lineOf, name) => {
  const lines = Array.from({ length: 400 }, (_, i) => lineOf(i, i % 2 === 0 ? "reads" : "writes"));
  expect(chooseSessionKey(lines)?.name).toBe(name);
});
it("chooses no key if no id comes back, or if one id is on every line", () => {
  expect(chooseSessionKey(Array.from({ length: 200 }, (_, i) => `line blk_${1_000_000 + i} once`))).toBeNull();
  expect(chooseSessionKey(Array.from({ length: 200 }, () => "pod=web-1 line"))).toBeNull();
});

it("stays fast on a line built against its patterns", async () => {
  const { key } = await cutSessions(chunks(Array.from({ length: 20 }, () => "a.".repeat(30_000))));
  expect(key).toBe("time");
});
it("cuts lines into sessions in the order in which they end", async () => {
  const lines = [
    "open blk_1001",
    "open blk_1002",
    "read blk_1001",
    "read blk_1002 and blk_1001",
    "close blk_1002",
    "free words",
  ];
  const { sessions, templates, unassigned } = await cutSessions(chunks(lines), {
    key: { name: "blk", find: (line) => line.match(/blk_\d+/g) ?? [] },
  });
  expect(sessions.map(({ session, events }) => [session, events.map((event) => templates[event])])).toEqual([
    ["blk_1001", ["open blk_<*>", "read blk_<*>", "read blk_<*> and blk_<*>"]],
    ["blk_1002", ["open blk_<*>", "read blk_<*> and blk_<*>", "close blk_<*>"]],
  ]);
  expect(unassigned).toBe(1);
});
it("cuts by time and logger if no id ties lines together", async () => {
  const { sessions, key } = await cutSessions(
    chunks([
      "2024-03-05 10:00:01 INFO a.b.Disk: ok",
      "2024-03-05 10:00:59 INFO a.b.Disk: ok",
      "2024-03-05 10:01:01 INFO a.b.Disk: ok",
    ]),
  );
  expect(key).toBe("time");
  expect(sessions.map(({ session, events }) => [session, events.length])).toEqual([
    ["a.b.Disk 2024-03-05T10:00:00.000Z", 2],
    ["a.b.Disk 2024-03-05T10:01:00.000Z", 1],
  ]);
});
it("ends a session that is idle, too long, or beyond the limit of open ones", () => {
  const ended: string[] = [];
  const assembler = new SessionAssembler({ idleMs: 100, maxEvents: 3, maxOpen: 2 }, ({ session, events }) =>
    ended.push(`${session}${events.join("")}`),
  );
  assembler.add("a", 1, 0);
  assembler.add("a", 2, 500); // idle
  for (const event of [3, 4, 5]) assembler.add("a", event, 510); // long
  assembler.add("b", 6, 520);
  assembler.add("c", 7, 530); // one too many
  assembler.end();
  expect(ended).toEqual(["a1", "a234", "a5", "b6", "c7"]);
});

const usual = ["open", "read", "read", "write", "close"];
const session = (i: number, events: readonly string[] = usual): NamedSession => ({ session: `s${i}`, events });

it("raises an alarm for a missing event, a new event and an unusual count, and names the event", () => {
  const detection = new Detection(null);
  for (let i = 0; i < 400; i += 1) detection.next(session(i));
  expect(detection.next(session(401))).toMatchObject({ alarm: false });
  expect(detection.next(session(402, ["open", "read", "read", "write"]))).toMatchObject({
    alarm: true,
    why: expect.stringContaining('"close" is missing'),
  });
  expect(detection.next(session(403, [...usual, "disk on fire"]))).toMatchObject({
    alarm: true,
    why: '"disk on fire" is new',
    template: "disk on fire",
  });
  expect(
    detection.next(session(404, ["open", ...Array.from({ length: 40 }, () => "read"), "write", "close"])),
  ).toMatchObject({ alarm: true, template: "read" });
});
it("raises no alarm during warm-up", () => {
  const detection = new Detection(null);
  const early = Array.from({ length: 20 }, (_, i) => detection.next(session(i, i === 10 ? ["boom"] : usual)));
  expect(early.filter(({ alarm }) => alarm)).toEqual([]);
});
it("does not punish unrelated rare events that occur together", () => {
  const detection = new Detection(null);
  const events = (i: number) => [...usual, ...(i % 5 === 0 ? ["cache"] : []), ...(i % 7 === 0 ? ["audit"] : [])];
  for (let i = 1; i < 700; i += 1) detection.next(session(i, events(i)));
  expect(detection.next(session(700, events(700)))).toMatchObject({ alarm: false });
});
it("reports a drift once, then treats it as normal", () => {
  const detection = new Detection(null);
  for (let i = 0; i < 500; i += 1) detection.next(session(i));
  const changed = Array.from({ length: 300 }, (_, i) =>
    detection.next(session(500 + i, ["open", "read", "read", "read", "read", "write", "write", "close"])),
  );
  expect(changed.filter(({ why }) => why.startsWith("regime change")).length).toBe(1);
  expect(changed.slice(20).filter(({ alarm }) => alarm)).toEqual([]);
});
it("compares with the training sessions only, and learns nothing from the sessions it scores", () => {
  const detection = new Detection(Array.from({ length: 300 }, (_, i) => session(i)));
  const odd = ["open", "write"];
  const scores = Array.from({ length: 5 }, (_, i) => detection.next(session(i, odd)));
  expect(new Set(scores.map(({ score }) => score)).size).toBe(1);
  expect(scores.every(({ alarm }) => alarm)).toBe(true);
  expect(detection.next(session(9))).toMatchObject({ alarm: false });
});
it("detects an event out of order if the order never varied", () => {
  const detection = new Detection(null);
  for (let i = 0; i < 1500; i += 1) detection.next(session(i, ["a", "b", "c", "d", "e", "f"]));
  expect(detection.next(session(1501, ["a", "c", "b", "d", "e", "f"])).score).toBeGreaterThan(
    detection.next(session(1502, ["a", "b", "c", "d", "e", "f"])).score,
  );
});
it("survives an empty session, events named like prototype keys, and thousands of event kinds", () => {
  const detection = new Detection(null);
  for (let i = 0; i < 60; i += 1) detection.next(session(i, ["__proto__", "constructor", `event ${i * 50}`]));
  const many = Array.from({ length: 3000 }, (_, i) => `kind ${i}`);
  expect(detection.next({ session: "e", events: [] }).score).toBeGreaterThanOrEqual(0);
  expect(Number.isFinite(detection.next({ session: "m", events: many }).score)).toBe(true);
});
