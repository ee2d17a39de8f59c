import { lineText } from "./joined-entry.ts";
import { Prefixes } from "./prefixes.ts";

const OPENING = new Prefixes("type=|node=");
const AUDIT = /^(?:node=(\S+) )?type=(\S+) msg=audit\((\d{9,10})\.(\d{3}):\d+\): ?/;
const MAX_BYTES = 200;

/** The header of a line of Linux auditd. `type`: the kind of the record, such as `AVC`. */
export type AuditHeader = { ms: number; type: string; host: string | null; messageStart: number };

/** Reads `type=AVC msg=audit(1364481363.243:24287): …`. @returns null for any other line. */
export function auditHeader(bytes: Uint8Array, start: number, end: number): AuditHeader | null {
  if (!OPENING.has(bytes, start, end)) return null;
  const found = AUDIT.exec(lineText(bytes, start, end, MAX_BYTES));
  if (found === null) return null;
  const [whole, host = null, type = "", seconds, millis] = found;
  return { ms: Number(seconds) * 1000 + Number(millis), type, host, messageStart: start + whole.length };
}
