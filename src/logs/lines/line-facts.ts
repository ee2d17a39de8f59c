import type { LineFacts, OpenLineFacts } from "../../domain/line-facts.ts";
import { EventReader } from "./event-reader.ts";
import { datedMs } from "./log-event.ts";

const NOTHING: LineFacts = { ms: Number.NaN, hasZone: true, service: null, pod: null };
/** An entry of `journalctl -o export` begins with its cursor, whose `t` is its time. */
const CURSOR = Buffer.from("__CURSOR=");
const CURSOR_TIME = /;t=([0-9a-f]{1,14});/;
const TIMESTAMP = Buffer.from("__REALTIME_TIMESTAMP=");
const MAX_CURSOR_BYTES = 300;

/** Reads what single lines state of their time and writer, in all the formats that the miner reads. */
export const readLineFacts: OpenLineFacts = (referenceMs, reading) => {
  let found = NOTHING;
  const reader = new EventReader({ referenceMs, reading }, (event) => {
    found = { ms: datedMs(event), hasZone: event.hasZone, service: event.service, pod: event.pod };
  });
  return (bytes, start, end) => {
    const journalMs = journalTime(bytes, start, end);
    if (journalMs !== null) return { ...NOTHING, ms: journalMs };
    found = NOTHING;
    reader.push(bytes, start, end);
    return found;
  };
};

/** The time in the first lines of a journal's entry, which are no event of their own. */
function journalTime(bytes: Uint8Array, start: number, end: number): number | null {
  if (bytes[start] !== CURSOR[0] || bytes[start + 1] !== CURSOR[0]) return null;
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, MAX_CURSOR_BYTES));
  if (line.subarray(0, TIMESTAMP.length).equals(TIMESTAMP)) return microseconds(Number(line.toString("latin1", 21)));
  if (!line.subarray(0, CURSOR.length).equals(CURSOR)) return null;
  return microseconds(Number.parseInt(CURSOR_TIME.exec(line.toString("latin1"))?.[1] ?? "", 16));
}

const microseconds = (time: number): number | null => (Number.isFinite(time) ? time / 1_000 : null);
