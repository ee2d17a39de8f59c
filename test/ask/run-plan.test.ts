import fc from "fast-check";
import { expect, it } from "vitest";
import { askSession } from "../../src/ask/ask-session.ts";
import { logFilesSource } from "../../src/ask/log-files-source.ts";
import type { AskPlan } from "../../src/domain/ask-plan.ts";
import { readPlan } from "../../src/ask/read-plan.ts";
import { quantile } from "../../src/stats/quantile.ts";

/** One request of an access log, as the generator knows it. */
type Request = { ms: number; agent: string; path: string; status: number; bytes: number };

const START = Date.UTC(2026, 10, 23, 8, 0, 0);
const request: fc.Arbitrary<Request> = fc.record({
  ms: fc.integer({ min: 0, max: 3599 }).map((second) => START + second * 1000),
  agent: fc.constantFrom("curl/8.0", "Mozilla/5.0 (X11)", "kube-probe/1.29", 'odd "agent"'),
  path: fc.constantFrom("/", "/cart", "/pay", "/a b".replace(" ", "%20")),
  status: fc.constantFrom(200, 204, 301, 404, 500, 502, 503),
  bytes: fc.integer({ min: 0, max: 5000 }),
});
const requests = fc.array(request, { minLength: 1, maxLength: 120 });

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (number: number): string => String(number).padStart(2, "0");
function lineOf({ ms, agent, path, status, bytes }: Request): string {
  const at = new Date(ms);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
  return `10.0.0.1 - - [${day}:${clock}] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent.replaceAll('"', '\\"')}"`;
}
const session = (all: readonly Request[]) =>
  askSession(
    logFilesSource([
      { origin: "access.log", open: () => [Buffer.from(all.map((one) => `${lineOf(one)}\n`).join(""))] },
    ]),
  );

async function tableOf(all: readonly Request[], plan: AskPlan) {
  const open = session(all);
  const fit = await open.fit(plan);
  if ("refusal" in fit) throw new Error(fit.refusal.why);
  return open.run(fit.fitted);
}

/** What the generator knows of a request, under the names that the log reader gives. */
const FIELDS: Record<string, (one: Request) => string | number> = {
  user_agent: ({ agent }) => agent.replaceAll('"', '\\"'),
  path: ({ path }) => path,
  status: ({ status }) => status,
  bytes: ({ bytes }) => bytes,
};
const valueIn = (one: Request, field: string): string | number => FIELDS[field]?.(one) ?? "";

const condition = fc.oneof(
  fc.record({
    field: fc.constant("status"),
    op: fc.constantFrom(">=", "<", "=", "!=", ">", "<="),
    value: fc.constantFrom(200, 404, 500),
  }),
  fc.record({
    field: fc.constantFrom("user_agent", "path"),
    op: fc.constantFrom("~", "!~"),
    value: fc.constantFrom("curl", "MOZ", "/", "zz"),
  }),
);
const plan = fc.record({
  where: fc.array(condition, { maxLength: 2 }),
  by: fc.uniqueArray(fc.constantFrom("user_agent", "path", "status"), { maxLength: 2 }),
  measure: fc.constantFrom(
    { verb: "count", field: null, q: null },
    { verb: "rate", field: null, q: null },
    { verb: "first", field: null, q: null },
    { verb: "distinct", field: "path", q: null },
    { verb: "mean", field: "bytes", q: null },
    { verb: "max", field: "bytes", q: null },
    { verb: "min", field: "bytes", q: null },
    { verb: "sum", field: "bytes", q: null },
    { verb: "quantile", field: "bytes", q: 0.9 },
  ),
}) as fc.Arbitrary<Pick<AskPlan, "where" | "by" | "measure">>;

const COMPARE: Record<string, (held: number, wanted: number) => boolean> = {
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
const holds = (one: Request, { field, op, value }: AskPlan["where"][number]): boolean => {
  const held = valueIn(one, field);
  if (op === "~" || op === "!~")
    return String(held).toLowerCase().includes(String(value).toLowerCase()) === (op === "~");
  return COMPARE[op]?.(Number(held), Number(value)) === true;
};

/** The same question answered by a loop over the generator's own objects. */
function bruteForce(all: readonly Request[], { where, by, measure }: Pick<AskPlan, "where" | "by" | "measure">) {
  const kept = all.filter((one) => where.every((each) => holds(one, each)));
  const times = all.map(({ ms }) => ms);
  const minutes = (Math.max(...times) - Math.min(...times)) / 60_000;
  const groups = Map.groupBy(kept, (one) => JSON.stringify(by.map((field) => valueIn(one, field))));
  if (by.length === 0 && groups.size === 0) groups.set("[]", []);
  const measured = (same: readonly Request[]): number | null => {
    const bytes = same.map((one) => one.bytes);
    switch (measure.verb) {
      case "count":
        return same.length;
      case "rate":
        return minutes > 0 && same.length > 0 ? same.length / minutes : null;
      case "first":
        return same.length === 0 ? null : Math.min(...same.map(({ ms }) => ms));
      case "distinct":
        return new Set(same.map(({ path }) => path)).size;
      case "mean":
        return bytes.length === 0 ? null : bytes.reduce((a, b) => a + b, 0) / bytes.length;
      case "max":
        return bytes.length === 0 ? null : Math.max(...bytes);
      case "min":
        return bytes.length === 0 ? null : Math.min(...bytes);
      case "sum":
        return bytes.length === 0 ? null : bytes.reduce((a, b) => a + b, 0);
      default:
        return bytes.length === 0 ? null : quantile(bytes, measure.q ?? 0.5);
    }
  };
  return new Map([...groups].map(([key, same]) => [key, { count: same.length, value: measured(same) }]));
}

it("counts and measures groups as a loop over the same records does", async () => {
  await fc.assert(
    fc.asyncProperty(requests, plan, async (all, wanted) => {
      const table = await tableOf(all, { ...readPlan("logs"), ...wanted, top: 1000 });
      const found = new Map(
        table.rows.map(({ group, count, value }) => [
          JSON.stringify(wanted.by.map((field) => group[field])),
          { count, value },
        ]),
      );
      expect(found).toEqual(bruteForce(all, wanted));
      expect(table.read).toBe(all.length);
    }),
    { numRuns: 150 },
  );
});

it("counts templates as a loop does, with a condition on the template", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const table = await tableOf(all, readPlan('logs where template ~ "50" | count by template | top 100'));
      const sum = table.rows.reduce((total, { count }) => total + count, 0);
      expect(sum).toBe(all.filter(({ status }) => String(status).includes("50")).length);
      expect(table.matched).toBe(sum);
    }),
    { numRuns: 60 },
  );
});

it("compares two ranges as two plans over each do", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const middle = "2026-11-23T08:30:00.000Z";
      const last = Date.parse(middle) - 1;
      const [now, before] = [all.filter(({ ms }) => ms > last), all.filter(({ ms }) => ms <= last)];
      fc.pre(now.length > 0 && before.length > 0);
      const table = await tableOf(
        all,
        readPlan(
          `logs since ${middle} | count by status | compare 2026-11-23T00:00:00Z..2026-11-23T08:29:59.999Z | top 100`,
        ),
      );
      for (const { group, count, before_count } of table.rows) {
        expect(count).toBe(now.filter(({ status }) => status === group.status).length);
        expect(before_count).toBe(before.filter(({ status }) => status === group.status).length);
      }
      expect(new Set(table.rows.map(({ group }) => group.status))).toEqual(new Set(all.map(({ status }) => status)));
    }),
    { numRuns: 60 },
  );
});

it("groups by time, adds up to the whole, and counts it in stretches", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const table = await tableOf(all, readPlan("logs | count by time 5m | top 1000"));
      const expected = Map.groupBy(all, ({ ms }) => new Date(Math.floor(ms / 300_000) * 300_000).toISOString());
      expect(table.rows.map(({ group, count }) => [group.time, count])).toEqual(
        [...expected].map(([time, same]) => [time, same.length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
      const isOneMoment = new Set(all.map(({ ms }) => ms)).size === 1;
      const counted = table.series?.counts.reduce((a, b) => a + b, 0) ?? null;
      expect(counted).toBe(isOneMoment ? null : all.length);
    }),
    { numRuns: 60 },
  );
});

it("gives a rate by time for each minute of the stretch", async () => {
  const all = [0, 1, 2, 600].map((second) => ({
    ms: START + second * 1000,
    agent: "curl/8.0",
    path: "/",
    status: 502,
    bytes: 1,
  }));
  const { rows } = await tableOf(all, readPlan("logs where status == 502 | rate by time 2m"));
  expect(rows.map(({ value }) => value)).toEqual([1.5, 0.5]);
});

it("puts the largest groups first where a comparison has nothing to compare with", async () => {
  const all = [0, 1800, 1801, 1802].map((second) => ({
    ms: START + second * 1000,
    agent: "curl/8.0",
    path: second === 0 ? "/" : second === 1800 ? "/cart" : "/pay",
    status: second === 0 ? 200 : 502,
    bytes: 1,
  }));
  const { rows } = await tableOf(all, readPlan("logs where status = 502 since 08:30 | count by path | compare before"));
  expect(rows.map(({ group, before, value }) => [group.path, before, value])).toEqual([
    ["/pay", 0, 2],
    ["/cart", 0, 1],
  ]);
});

it("points at the lines: the first of a group, and the line of the largest value", async () => {
  const all: Request[] = [
    { ms: START, agent: "curl/8.0", path: "/", status: 200, bytes: 10 },
    { ms: START + 1000, agent: "curl/8.0", path: "/pay", status: 500, bytes: 900 },
    { ms: START + 2000, agent: "curl/8.0", path: "/pay", status: 502, bytes: 20 },
  ];
  const count = await tableOf(all, readPlan("logs where level = error | count"));
  expect(count.rows[0]).toMatchObject({ count: 2, references: ["access.log:2", "access.log:3"] });
  const max = await tableOf(all, readPlan("logs | max(bytes)"));
  expect(max.rows[0]).toMatchObject({ value: 900, references: ["access.log:2", "access.log:3", "access.log:1"] });
  const last = await tableOf(all, readPlan("logs | last"));
  expect(last.rows[0]?.references[0]).toBe("access.log:3");
});

it("keeps lines by trace ids and templates of other lines", async () => {
  const lines = [
    '{"time":"2026-11-23T08:00:00Z","level":"info","msg":"started","trace_id":"aaaaaaaaaaaaaaaa"}',
    '{"time":"2026-11-23T08:00:01Z","level":"error","msg":"failed","trace_id":"aaaaaaaaaaaaaaaa"}',
    '{"time":"2026-11-23T08:00:02Z","level":"info","msg":"started","trace_id":"bbbbbbbbbbbbbbbb"}',
    '{"time":"2026-11-23T08:00:03Z","level":"info","msg":"done","trace_id":"bbbbbbbbbbbbbbbb"}',
  ];
  const open = askSession(logFilesSource([{ origin: "a.log", open: () => [Buffer.from(`${lines.join("\n")}\n`)] }]));
  const run = async (text: string) => {
    const fit = await open.fit(readPlan(text));
    if ("refusal" in fit) throw new Error(fit.refusal.why);
    return (await open.run(fit.fitted)).rows[0]?.references;
  };
  expect(await run("logs in trace of (logs where level = error) | count")).toEqual(["a.log:1", "a.log:2"]);
  expect(await run("logs not in trace of (logs where level = error) | count")).toEqual(["a.log:3", "a.log:4"]);
  expect(await run("logs not in template of (logs until 2026-11-23T08:00:01Z) | count")).toEqual(["a.log:4"]);
});
