import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { causeway } from "./run-cli.ts";

const dir = mkdtempSync(join(tmpdir(), "causeway-logs-"));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, lines: readonly string[]): string => {
  writeFileSync(join(dir, name), `${lines.join("\n")}\n`);
  return join(dir, name);
};
const served = Array.from(
  { length: 60 },
  (_, i) => `2024-03-05T10:00:${String(i).padStart(2, "0")}Z INFO a.b.Cart: served cart_${1000 + (i % 20)} in ${i} ms`,
);

it("prints the statements of a file, most frequent first", async () => {
  const { code, stdout } = await causeway(["logs", "mine", file("a.log", served)]);
  expect(code).toBe(0);
  expect(stdout).toBe("60 lines, 1 templates\n       60  served cart_<*> in <*> ms\n");
});
it("lets no line of a log do anything to the terminal, nor the name of a file", async () => {
  const hostile = [
    "\u001b]0;owned\u0007 sold one",
    "\u001b[2J\u009b31m sold two",
    "\u202e sold three",
    "ERROR \u001b[8m sold four\r",
  ];
  const path = file("hostile.log", hostile);
  const calm = file(
    "calm.log",
    Array.from({ length: 40 }, (_, i) => `served cart ${i}`),
  );
  const commands = [
    ["mine", path],
    ["mine", path, "--json"],
    [
      "diff",
      calm,
      file(
        "much.log",
        hostile.flatMap((line) => Array.from({ length: 40 }, () => line)),
      ),
    ],
    ["summary", path],
    ["mine", `${path}\u001b[2J`],
  ];
  for (const words of commands) {
    const { stdout, stderr } = await causeway(["logs", ...words]);
    // eslint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/u);
    expect(stdout + stderr).toContain(String.raw`\u00`);
  }
});
it("gives JSON lines with typed parameters, and assignments", async () => {
  const path = file("b.log", ["open 10.0.0.1", "open 10.0.0.2"]);
  expect(JSON.parse((await causeway(["logs", "mine", path, "--json"])).stdout)).toMatchObject({
    id: 0,
    template: "open <*>",
    typed: "open <IP>",
    count: 2,
    parameters: [{ type: "IP", examples: ["10.0.0.1", "10.0.0.2"] }],
  });
  expect((await causeway(["logs", "mine", path, "--assign"])).stdout).toBe("0\topen <*>\n0\topen <*>\n");
});
it("applies masks, and names an invalid mask as a usage error", async () => {
  const path = file("masks.log", ["sold apple to ann", "sold pear to bob"]);
  expect((await causeway(["logs", "mine", path, "--mask", "FRUIT=apple|pear", "--mask", "WHO=ann|bob"])).stdout).toBe(
    "2 lines, 1 templates\n        2  sold <FRUIT> to <WHO>\n",
  );
  expect(await causeway(["logs", "mine", path, "--mask", "FRUIT=(", "--mask", "WHO=ann"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("The mask FRUIT has an invalid pattern"),
  });
  expect(await causeway(["logs", "mine", path, "--mask", "apple"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("not have the form NAME=REGEX"),
  });
});
it("folds stack traces into their events, one line out for each line in, unless told not to", async () => {
  const path = file("traces.log", [
    "2024-03-05T10:00:00Z ERROR a.b.Pool: no connection 7",
    "java.lang.Error: x",
    "\tat a.B.c(B.java:1)",
    "2024-03-05T10:00:01Z INFO a.b.Pool: connected",
  ]);
  expect((await causeway(["logs", "mine", path, "--assign"])).stdout).toBe(
    `${"0\tno connection <*>: java.lang.Error: x\n".repeat(3)}1\tconnected\n`,
  );
  expect((await causeway(["logs", "mine", path])).stdout).toMatch(/^4 lines, 2 templates\n/);
  expect((await causeway(["logs", "mine", path, "--no-fold"])).stdout).toMatch(/^4 lines, 4 templates\n/);
});
it("goes on from a saved state, and gives online ids beside final ones", async () => {
  const [a, b, state] = [
    file("s1.log", ["Failed for root from 1", "Failed for git from 2", "up 1"]),
    file("s2.log", ["Failed for ftp from 1", "up 2", "Failed for nobody from 1", "Failed for mysql from 1"]),
    join(dir, "state.json"),
  ];
  await causeway(["logs", "mine", a, "--save-state", state]);
  const { stdout } = await causeway(["logs", "mine", b, "--load-state", state, "--assign", "--online-ids"]);
  expect(stdout).toBe(
    "0\t3\tFailed for <*> from <*>\n2\t2\tup <*>\n0\t4\tFailed for <*> from <*>\n0\t5\tFailed for <*> from <*>\n",
  );
  expect((await causeway(["logs", "mine", a, b, "--assign", "--online-ids"])).stdout.endsWith(stdout)).toBe(true);
  const [first] = (await causeway(["logs", "mine", b, "--load-state", state, "--json"])).stdout.split("\n");
  expect(JSON.parse(first ?? "")).toMatchObject({ id: 0, aliases: [1, 3, 4, 5], count: 5 });
  writeFileSync(state, "{");
  expect(await causeway(["logs", "mine", b, "--load-state", state])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cut off"),
  });
});
it("says what differs between two files, and that equal ones do not", async () => {
  const [a, b] = [
    file("c.log", served),
    file("d.log", [
      ...served,
      ...Array.from({ length: 20 }, () => "2024-03-05T10:01:00Z ERROR a.b.Pool: pool exhausted"),
    ]),
  ];
  expect((await causeway(["logs", "diff", a, b])).stdout).toMatch(
    /^new {6}0 → 20 {2}pool exhausted {2}\(.*d\.log:61\)$/m,
  );
  expect((await causeway(["logs", "diff", a, a])).stdout).toBe("no significant difference\n");
});
it("writes sessions that detect reads", async () => {
  const out = join(dir, "sessions.jsonl");
  const { stderr } = await causeway([
    "logs",
    "sessions",
    file("e.log", served),
    "--session-key",
    "cart_[0-9]+",
    "--out",
    out,
  ]);
  expect(stderr).toContain("20 sessions by cart_[0-9]+ from 60 lines");
  expect(JSON.parse(readFileSync(out, "utf8").split("\n")[0] ?? "")).toEqual({
    session: "cart_1000",
    events: Array.from({ length: 3 }, () => "served cart_<*> in <*> ms"),
  });
  const rows = (await causeway(["logs", "detect", out, "--json"])).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(rows.length).toBe(20);
  expect(rows[0]).toEqual({
    session: "cart_1000",
    score: expect.any(Number),
    alarm: false,
    why: expect.any(String),
    template: null,
    exemplar: null,
  });
});
it("alarms against trained sessions", async () => {
  const normal = file(
    "normal.jsonl",
    Array.from({ length: 100 }, (_, i) => JSON.stringify({ session: `n${i}`, events: ["open", "close"] })),
  );
  const odd = file("odd.jsonl", [JSON.stringify({ session: "x", events: ["open", "boom", "close"] })]);
  expect((await causeway(["logs", "detect", odd, "--train", normal])).stdout).toMatch(/x {2}"boom" is new/);
});
it("shows with each alarm a raw line of its template", async () => {
  const usual = Array.from({ length: 200 }, (_, i) => [`open blk_${1000 + i}`, `close blk_${1000 + i}`]).flat();
  const path = file("odd.log", [...usual, "open blk_7777", "blk_7777 is on fire", "close blk_7777"]);
  const { stdout } = await causeway(["logs", "detect", path, "--session-key", "blk_[0-9]+"]);
  expect(stdout).toMatch(/blk_7777 {2}"blk_<\*> is on fire" is new\n +for example: blk_7777 is on fire\n/);
});
it("names the line that is not a session", async () => {
  const { code, stderr } = await causeway([
    "logs",
    "detect",
    file("bad.jsonl", ['{"session":"a","events":[]}', "nonsense"]),
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain("bad.jsonl:2 is not a session");
});
it("takes JSON lines for the log that they are, with their times and levels", async () => {
  const rows = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      ts: `2024-03-05T10:00:${String(i).padStart(2, "0")}Z`,
      level: i === 30 ? "ERROR" : "info",
      traceId: `4bf92f3577b34da6a3ce929d0e0e47${10 + (i % 9)}`,
      msg: i === 30 ? "disk full" : `served ${i}`,
    }),
  );
  const path = file("rows.jsonl", rows);
  expect(JSON.parse((await causeway(["logs", "ask", '{"where":{"severity":"error"}}', path])).stdout)).toMatchObject({
    group: "disk full",
    firstSeen: "2024-03-05T10:00:30.000Z",
  });
  const scored = (await causeway(["logs", "detect", path, "--json"])).stdout.trim().split("\n");
  expect(scored.length).toBe(9);
  const logfmt = file("rows.log", [
    'ts=2024-03-05T10:00:07Z level=error msg="disk full"',
    "ts=1709632808 level=info msg=served user=7",
  ]);
  expect(
    (await causeway(["logs", "ask", '{"groupBy":"severity"}', logfmt])).stdout
      .split("\n")
      .slice(0, 2)
      .map((row) => (JSON.parse(row) as { firstSeen: string }).firstSeen)
      .sort(),
  ).toEqual(["2024-03-05T10:00:07.000Z", "2024-03-05T10:00:08.000Z"]);
});
it("answers valid questions and refuses others", async () => {
  const path = file("f.log", served);
  expect(JSON.parse((await causeway(["logs", "ask", '{"groupBy":"none"}', path])).stdout)).toMatchObject({
    group: "all",
    count: 60,
  });
  expect((await causeway(["logs", "ask", '{"groupBy":"colour"}', path])).code).toBe(1);
  expect(await causeway(["logs", "ask", '{"where":{"level":"error"}}', path])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"level"'),
  });
});
it("summarises, and names the missing file", async () => {
  expect((await causeway(["logs", "summary", file("g.log", served)])).stdout).toContain("60 lines, 1 templates");
  expect((await causeway(["logs", "mine", join(dir, "none.log")])).stderr).toMatch(/cannot read .*none\.log/);
});
it("reports new lines of a file that it follows", async () => {
  const lines = [...Array.from({ length: 300 }, (_, i) => `served ${i} carts`), "disk full on node 7"];
  expect((await causeway(["logs", "tail", file("h.log", lines)])).stdout).toBe(
    "new-template line 301 [info] disk full on node <*>\n",
  );
});

it.each([
  ["summary", []],
  ["ask", ['{"limit":1}']],
])("says in %s that no line of a file has a time, with an example", async (command, words) => {
  const path = file(
    "undated.log",
    Array.from({ length: 1200 }, (_, i) => `password=hunter${i} is wrong`),
  );
  const { stderr } = await causeway(["logs", command, ...words, path]);
  expect(stderr).toContain(
    `${path}: 0 of 1,200 lines have a time that could be read, such as "password=⟨secret⟩ is wrong". Send lines with times`,
  );
});
