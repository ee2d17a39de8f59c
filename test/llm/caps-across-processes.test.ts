import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { sqlModelStore } from "../../src/connectors/sql/model-store.ts";
import type { ModelCaps } from "../../src/domain/model-store.ts";
import { DATABASES } from "../connectors/sql/databases.ts";
import { caps } from "./model-fixtures.ts";

const PROCESSES = 3;
const CALLS = 4;
const CONTEXT = { analysisId: "A1", incidentId: "I1" };
/** Longer than a call may take (`holdMs`), milliseconds. */
const LATER_MS = 7_200_000;

type Caller = {
  child: ChildProcessByStdio<Writable, Readable, null>;
  lines: AsyncIterator<string>;
  reader: Interface;
};

function startCaller(dialect: string, place: string, name: string, limits: ModelCaps): Caller {
  const args = [
    join(import.meta.dirname, "cap-process.ts"),
    dialect,
    place,
    name,
    String(CALLS),
    JSON.stringify(limits),
  ];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const reader = createInterface({ input: child.stdout });
  return { child, reader, lines: reader[Symbol.asyncIterator]() };
}

/** The next lines of a process. */
async function take({ lines }: Caller, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the process ended after ${taken.join(", ")}`);
    taken.push(value);
  }
  return taken;
}

describe.each(DATABASES)("caps in $dialect", ({ dialect, newPlace, openSql }) => {
  it("hold for processes that call at once, and free what a killed process had reserved", async () => {
    const limits = caps({ analysis: { calls: 5 } });
    const place = await newPlace();
    const sql = await openSql(place);
    onTestFinished(() => sql.close());
    const store = sqlModelStore(sql);
    const callers = Array.from({ length: PROCESSES }, (_, at) => startCaller(dialect, place, `p${at}`, limits));
    for (const caller of callers) expect(await take(caller, 1)).toEqual(["ready"]);
    for (const { child } of callers) child.stdin.write("go\n");

    // No call has ended, so only reservations keep the cap.
    const outcomes = await Promise.all(callers.map((caller) => take(caller, CALLS)));
    const sentBy = outcomes.map((lines) => lines.filter((line) => line === "sent").length);
    expect(sentBy.reduce((sum, sent) => sum + sent)).toBe(5);
    const usedAt = async (nowMs: number) => (await store.capUses(CONTEXT, limits, nowMs))[0]?.used;
    expect(await usedAt(Date.now())).toBe(5);

    const killedAt = sentBy.findIndex((sent) => sent > 0);
    const ends = callers.map(({ child }) => once(child, "exit"));
    for (const [at, { child }] of callers.entries())
      if (at === killedAt) child.kill("SIGKILL");
      else child.stdin.write("answer\n");
    await Promise.all(ends);
    expect(await usedAt(Date.now())).toBe(5);
    const reserved = sentBy[killedAt] ?? 0;
    const calls = await store.listCalls({}, { after: null, limit: 100 });
    const errors = calls.map(({ error }) => error);
    expect(errors.filter((error) => error === "UNFINISHED")).toHaveLength(reserved);
    expect(errors.filter((error) => error === null)).toHaveLength(5 - reserved);
    expect(errors.filter((error) => error === "CAP")).toHaveLength(PROCESSES * CALLS - 5);
    expect(await usedAt(Date.now() + LATER_MS)).toBe(5 - reserved);
  });
});
