import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ClusterStore } from "../../../src/logs/templates/cluster-store.ts";
import { TemplateMiner } from "../../../src/logs/templates/template-miner.ts";
import { letters, mine, someLines } from "./mine-lines.ts";

/** The template of every line. */
function templatesOf(lines: readonly string[]): string[] {
  const { miner, ids } = mine(lines);
  const { templates, finalOf } = miner.resolve();
  return ids.map((id) => templates[finalOf(id)]?.text ?? "overflow");
}

it.each([
  ["numbers", ["took 12 ms on core 3", "took 7 ms on core 11"], "took <*> ms on core <*>"],
  [
    "what stands before and after a number in one word",
    ["generating core.2275", "generating core.862"],
    "generating core.<*>",
  ],
  ["addresses and ports", ["dest: /10.1.2.3:50010", "dest: /10.1.2.4:50011"], "dest: <*>"],
  ["hex of any letters", ["at 0xdeadbeef, mask 0x05", "at 0x0b85eee0, mask 0x40"], "at <*>, mask <*>"],
  [
    "uuids",
    ["id 123e4567-e89b-12d3-a456-426614174000 gone", "id ffffffff-e89b-12d3-a456-aabbccddeeff gone"],
    "id <*> gone",
  ],
  ["paths", ["open /var/log/a.txt: denied", "open /etc/passwd: denied"], "open <*>: denied"],
  ["booleans", ["ready=true", "ready=false"], "ready=<*>"],
  ["dates", ["since Fri Jun 17 07:07:00 2005 up", "since Sat Jul 2 08:16:53 2005 up"], "since <*> up"],
  ["a measure given twice, in two units", ["0 bytes sent", "18846 bytes (18.4 KB) sent"], "<*> sent"],
  ["a slot that may be empty", ["rhost=10.0.0.1 up", "rhost= up"], "rhost=<*> up"],
  [
    "lists of any length",
    ["ask 10.0.0.1 to delete blk_1 blk_2", "ask 10.0.0.1 to delete blk_-3"],
    "ask <*> to delete <*>",
  ],
  ["a numbered name", ["request via eth0 done", "request via eth1 done"], "request via <*> done"],
  [
    "a word where others have numbers",
    ["invalid user test99 from 10.0.0.1", "invalid user admin from 10.0.0.2"],
    "invalid user <*> from <*>",
  ],
  [
    "rare variants of a value that have marks in them",
    ["in sync with 10.0.0.1, stratum 3", "in sync with 10.0.0.2, stratum 3", "in sync with LOCAL(0), stratum 10"],
    "in sync with <*>, stratum <*>",
  ],
  ["lists of one and of several values", ["isr is [1]", "isr is [1, 2]", "isr is [1, 2, 3] "], "isr is [<*>]"],
  [
    "lists of names",
    ["members of q: [broker-a]", "members of q: [broker-b, broker-c]", "members of q: [broker-a, broker-b, broker-c]"],
    "members of q: [<*>]",
  ],
  [
    "what follows key=, also with brackets",
    ["lock=1, ws=null, uid=1000", "lock=2, ws=WorkSource{10113}, uid=1000", "lock=2, ws=WorkSource{7 a.b}, uid=10"],
    "lock=<*>, ws=<*>, uid=<*>",
  ],
  [
    "names in quotes",
    ["login of 'ann' failed: bad password", "login of 'bob' failed: bad password"],
    "login of '<*>' failed: bad password",
  ],
  [
    "dotted identifiers",
    ["topic orders.created is ready now", "topic orders.paid is ready now", "topic mail.sent is ready now"],
    "topic <*> is ready now",
  ],
  [
    "queries of paths",
    ["request to /cart?user=ann&page=2 took 3 ms", "request to /orders took 17 ms"],
    "request to <*> took <*> ms",
  ],
  ["process ids in angle brackets", ["worker <0.77.0> exits", "worker <0.512.3> exits"], "worker <<*>> exits"],
])("ignores differences in %s", (_what, lines, template) => {
  expect(new Set(templatesOf(lines))).toEqual(new Set([template]));
});

it.each([
  ["a verb", ["Starting main loop", "Ending main loop"]],
  ["a state", ["now FOLLOWING (my state)", "now LEADING (my state)", "now LOOKING (my state)"]],
  [
    "a protocol with a digit in its name",
    ["open through proxy 10.0.0.1:80 HTTPS", "open through proxy 10.0.0.1:80 SOCKS5"],
  ],
  [
    "what comes first",
    [
      "cupsd startup succeeded",
      "syslogd startup succeeded",
      "klogd startup succeeded",
      "hcid startup succeeded",
      "sdpd startup succeeded",
      "portmap startup succeeded",
    ],
  ],
  ["how many words there are", ["failed", "failed again"]],
  ["methods of HTTP", ["GET", "POST", "PUT", "DELETE", "HEAD"].map((method) => `request ${method} /orders took 3 ms`)],
  [
    "methods in a quoted request",
    ["GET", "POST", "DELETE"].map((method) => `10.0.0.1 "${method} /v2/a HTTP/1.1" 200 17`),
  ],
  [
    "the status of a request",
    [200, 301, 404, 500, 502, 503].map((status) => `10.0.0.1 "GET /a HTTP/1.1" ${status} 17`),
  ],
  ["what stands under err", ['sync failed node="a1" err="timed out"', 'sync failed node="b2" err="no route"']],
  ["outcomes", ["Interface eth0 is up", "Interface eth0 is down", "Interface eth0 is unavailable"]],
  [
    "a word that is nearly always there",
    [...Array(30).fill("session opened by client updater"), "session opened by client spp"].slice(29),
  ],
  ["levels", ["[INF] cluster event", "[ERR] cluster event", "[WRN] cluster event"]],
])("separates statements by %s", (_what, lines) => {
  expect(new Set(templatesOf(lines)).size).toBe(lines.length);
});

it("reads a quoted phrase as one value", () => {
  const lines = ["View Lock", "RILJ", "Sync Manager Loop", "Audio Mix", "alarm"].map(
    (tag) => `acquire tag="${tag}" flags=0x1`,
  );
  expect(new Set(templatesOf(lines))).toEqual(new Set(['acquire tag="<*>" flags=<*>']));
  expect(templatesOf(['failed reason="connection refused"'])).toEqual(['failed reason="connection refused"']);
});
it("takes fewer different words after a word that introduces names elsewhere in the log", () => {
  const idle = ["ann", "bob", "cid"].map((name) => `queue ${name} stays idle`);
  const readers = ["ann", "bob", "cid", "dan"].map((name) => `reading from queue ${name} now`);
  expect(new Set(templatesOf(idle)).size).toBe(3);
  expect(templatesOf([...readers, ...idle]).slice(-3)).toEqual(Array(3).fill("queue <*> stays idle"));
});
it("treats a word as a name after enough different words in its place", () => {
  const users = ["root", "uucp", "ftp", "git", "mysql", "nobody"].map(
    (user) => `Failed password for ${user} from 10.0.0.1 port 22`,
  );
  expect(new Set(templatesOf(users))).toEqual(new Set(["Failed password for <*> from <*> port <*>"]));
  expect(new Set(templatesOf(users.slice(0, 3))).size).toBe(3);
});

it("finds the same groups for every order of lines", () => {
  fc.assert(
    fc.property(someLines, fc.integer(), (lines, seed) => {
      const order = lines.map((_, i) => i).sort((a, b) => Math.sin(a * 99 + seed) - Math.sin(b * 99 + seed));
      const groups = (given: readonly string[]) => {
        const { miner, ids } = mine(given);
        const { finalOf } = miner.resolve();
        return ids.map((id) => finalOf(id));
      };
      const straight = groups(lines);
      const shuffled = groups(order.map((i) => lines[i] ?? ""));
      const pairs = new Set(order.map((i, at) => `${straight[i]} ${shuffled[at]}`));
      expect(pairs.size).toBe(new Set(straight).size);
      expect(pairs.size).toBe(new Set(shuffled).size);
    }),
  );
});

it("holds no more clusters than its limit, counts the dropped ones, and keeps the latest", () => {
  const miner = new TemplateMiner(new ClusterStore(64));
  const { ids } = mine(
    Array.from({ length: 5000 }, (_, i) =>
      `${letters(i)} ${letters(i * 7)} ${letters(i * 13)} stands alone`
        .split(" ")
        .slice(0, 2 + (i % 3))
        .join(" "),
    ),
    miner,
  );
  mine(["disk full on node 7", "disk full on node 8"], miner);
  const { templates, finalOf } = miner.resolve();
  expect(miner.store.losses.evicted + miner.store.losses.condensed).toBeGreaterThan(1000);
  expect(miner.store.activeSlots().length).toBeLessThanOrEqual(64);
  expect(templates.find(({ text }) => text === "disk full on node <*>")?.count).toBe(2);
  expect(ids.every((id) => finalOf(id) >= -1)).toBe(true);
});
it("merges the clusters of one statement before it drops any", () => {
  const miner = new TemplateMiner(new ClusterStore(64));
  const { ids } = mine(
    Array.from({ length: 2000 }, (_, i) => `session of user ${letters(i + 700)} was closed by the server`),
    miner,
  );
  const { templates, finalOf } = miner.resolve();
  expect(miner.store.losses.evicted).toBe(0);
  expect(new Set(ids.map(finalOf)).size).toBe(1);
  expect(templates[0]).toMatchObject({ text: "session of user <*> was closed by the server", count: 2000 });
});

it.each([
  ["NULs", "\u0000\u0000a\u0000"],
  ["a million of one letter", "x".repeat(1_000_000)],
  ["a million openers", "(".repeat(1_000_000)],
  ["input that makes a backtracking pattern explode", `${"a".repeat(50_000)}!${"a:".repeat(50_000)}`],
  ["dots", ".".repeat(200_000)],
  ["prototype keys", "__proto__ constructor toString=1"],
  ["nothing", ""],
  ["spaces", "   "],
])("survives %s", (_what, line) => {
  expect(
    mine([line, line])
      .miner.resolve()
      .templates.reduce((sum, { count }) => sum + count, 0),
  ).toBe(2);
});
it("survives any bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), (lines) => {
      const miner = new TemplateMiner();
      for (const line of lines) miner.add(line, 0, line.length);
      expect(miner.resolve().templates.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
    }),
  );
});

it("shows the same text for every order: an empty slot, a date, a long run", () => {
  for (const [a, b] of [
    ["rhost= up", "rhost=10.0.0.1 up"],
    ["at Mon 7 2 now", "at 5 7 2 now"],
    [`run ${"1 ".repeat(12)}end`, `run ${"1 ".repeat(14)}end`],
  ] as const) {
    expect(new Set([...templatesOf([a, b]), ...templatesOf([b, a])]).size).toBe(1);
  }
});
