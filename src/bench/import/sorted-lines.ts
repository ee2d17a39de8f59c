import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { createInterface } from "node:readline";
import { join } from "node:path";

type TimedLine = { nanos: bigint; text: string };
/** Takes lines in any order of time, and gives them ascending; equal times in the order of arrival. */
export type LineSorter = {
  add(nanos: bigint, text: string): void;
  /** Writes out what memory should not hold; call it now and then. */
  settle(): Promise<void>;
  sorted(): AsyncGenerator<string[]>;
  readonly count: number;
};

/** Characters in memory, for each sorter. */
const HELD_CHARS = 4 * 1024 * 1024;
/** Files that one merge reads at a time. */
const MERGE_WAYS = 64;
const BATCH = 2_000;
/** Digits of the largest time, so that texts compare as numbers do. */
const TIME_DIGITS = 20;

/** @param dir a folder for temporary files; the caller removes it. */
export function lineSorter(dir: string, name: string): LineSorter {
  let held: TimedLine[] = [];
  let heldChars = 0;
  let runs: string[] = [];
  let made = 0;
  let count = 0;

  const newRun = (): string => join(dir, `${name}.${(made += 1)}.run`);

  const spill = async (): Promise<void> => {
    const path = newRun();
    const lines = inOrder(held);
    held = [];
    heldChars = 0;
    await writeRun(path, batchesOf(lines.map(({ nanos, text }) => `${keyOf(nanos)}${text}`)));
    runs.push(path);
    if (runs.length < MERGE_WAYS) return;
    const merged = newRun();
    const old = runs;
    await writeRun(merged, mergedRuns(old));
    runs = [merged];
    for (const path of old) await rm(path);
  };

  return {
    add(nanos, text) {
      held.push({ nanos, text });
      heldChars += text.length;
      count += 1;
    },
    settle: async () => (heldChars > HELD_CHARS ? spill() : undefined),
    async *sorted() {
      if (runs.length === 0) yield* batchesOf(inOrder(held).map(({ text }) => text));
      else {
        if (held.length > 0) await spill();
        for await (const batch of mergedRuns(runs)) yield batch.map((line) => line.slice(TIME_DIGITS));
        for (const path of runs) await rm(path, { force: true });
      }
    },
    get count() {
      return count;
    },
  };
}

const keyOf = (nanos: bigint): string => nanos.toString().padStart(TIME_DIGITS, "0");
/** A stable sort; nothing to do for a file that is in order, as most are. */
const inOrder = (lines: TimedLine[]): TimedLine[] =>
  lines.every(({ nanos }, i) => i === 0 || nanos >= (lines[i - 1] as TimedLine).nanos)
    ? lines
    : lines.toSorted((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0));

function* batchesOf(lines: readonly string[]): Generator<string[]> {
  for (let at = 0; at < lines.length; at += BATCH) yield lines.slice(at, at + BATCH);
}

async function writeRun(path: string, batches: Iterable<string[]> | AsyncIterable<string[]>): Promise<void> {
  const out = createWriteStream(path);
  const done = finished(out);
  for await (const batch of batches)
    if (!out.write(`${batch.join("\n")}\n`)) await Promise.race([once(out, "drain"), done]);
  out.end();
  await done;
}

/** One sorted sequence of several; the keys stay. Runs are given in the order in which they were made. */
async function* mergedRuns(paths: readonly string[]): AsyncGenerator<string[]> {
  const readers = paths.map((path) => createInterface({ input: createReadStream(path) })[Symbol.asyncIterator]());
  const heads = await Promise.all(readers.map(async (reader) => (await reader.next()).value as string | undefined));
  let batch: string[] = [];
  for (;;) {
    let first = -1;
    for (const [at, head] of heads.entries())
      if (head !== undefined && (first === -1 || keyPart(head) < keyPart(heads[first] as string))) first = at;
    if (first === -1) break;
    batch.push(heads[first] as string);
    heads[first] = (await (readers[first] as AsyncIterator<string>).next()).value as string | undefined;
    if (batch.length >= BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

const keyPart = (line: string): string => line.slice(0, TIME_DIGITS);
