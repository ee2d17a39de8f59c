import { readFile } from "node:fs/promises";
import { assignedLines, mineLines } from "../logs/templates/mine.ts";
import { SessionDetector } from "../logs/sessions/session-detector.ts";

/** How many lines or events one way of processing the same bytes handles in a CPU-second. */
export type LogSpeed = { what: string; count: number; perCpuSecond: number };

const MADE_LINES = 500_000;
const CHUNK_BYTES = 256 * 1024;
const SESSIONS = 20_000;
const NEWLINE = 10;

/** Log statements of a synthetic service. `#` stands for a varying number. */
const STATEMENTS = [
  "INFO shop.Cart: cart # of user u# holds # items",
  "INFO shop.Cart: item # added to cart # by 10.#.#.#:#",
  "DEBUG shop.Store: SELECT took # ms, # rows",
  "INFO http.Access: GET /cart/# HTTP/1.1 200 # bytes in # ms",
  "WARN shop.Pool: connection # idle for # ms, closing",
  "ERROR shop.Pay: card of order # refused: code #",
  "INFO shop.Ship: parcel # for order # leaves in # days",
  "INFO shop.Ship: label /var/spool/labels/#/#.pdf written (# bytes)",
];

/** A synthetic log: several statements with varying numbers, the same bytes every time. */
function madeLog(lines: number): Buffer {
  let state = 7;
  const number = () => String((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % 1_000_003);
  const out: string[] = [];
  for (let i = 0; i < lines; i += 1) {
    const time = new Date(1_700_000_000_000 + i * 7).toISOString();
    out.push(`${time} ${(STATEMENTS[i % STATEMENTS.length] as string).replaceAll("#", number)}`);
  }
  return Buffer.from(`${out.join("\n")}\n`);
}

/**
 * Measures a plain line split, mining, mining with assignments, and the sequence detector, over the same bytes in one
 * process.
 *
 * @param path a log file; null for a synthetic log. @param cpuSeconds returns the CPU time that this process has used.
 */
export async function measureLogs(path: string | null, cpuSeconds: () => number): Promise<LogSpeed[]> {
  const bytes = path === null ? madeLog(MADE_LINES) : await readFile(path);
  const out: LogSpeed[] = [];
  const measure = async (what: string, run: () => Promise<number> | number): Promise<void> => {
    const before = cpuSeconds();
    const count = await run();
    out.push({ what, count, perCpuSecond: count / Math.max(1e-6, cpuSeconds() - before) });
  };
  await measure("lines, plain split", () => countLines(bytes));
  await measure("lines mined", async () => (await mineLines(chunksOf(bytes), { assign: false })).templates.lineCount);
  await measure("lines mined, ids and templates written", async () => {
    const { templates, ids } = await mineLines(chunksOf(bytes), { assign: true });
    let written = 0;
    for (const chunk of ids === null ? [] : assignedLines(templates, ids)) written += chunk.length;
    return written > 0 ? templates.lineCount : 0;
  });
  await measure("events of sessions scored", () => scoreSessions());
  return out;
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

function* chunksOf(bytes: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function scoreSessions(): number {
  const detector = new SessionDetector({ trained: false });
  let events = 0;
  for (let i = 0; i < SESSIONS; i += 1) {
    const session = [0, 1, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7].concat(
      i % 5 === 0 ? [8, 9] : [],
      i % 7 === 0 ? [10, 10, 11] : [],
      i % 300 === 0 ? [12] : [],
    );
    detector.next(session);
    events += session.length;
  }
  return events;
}
