/**
 * Zone abbreviations that programs write after a time, with their offset from UTC in minutes. Some letters stand for
 * several zones: CST is US Central (not China), IST is India (not Ireland or Israel), BST is British Summer Time (not
 * Bangladesh), AST is Atlantic (not Arabia), GST is the Gulf, SST is Samoa. docs/logs.md lists these choices.
 */
const OFFSETS =
  "UTC 0 GMT 0 UCT 0 WET 0 WEST 60 BST 60 MEZ 60 MESZ 120 " +
  "CET 60 CEST 120 MET 60 MEST 120 EET 120 EEST 180 MSK 180 TRT 180 SAMT 240 " +
  "WAT 60 CAT 120 SAST 120 EAT 180 IDT 180 GST 240 PKT 300 IST 330 NPT 345 YEKT 300 " +
  "ICT 420 WIB 420 WITA 480 WIT 540 HKT 480 SGT 480 MYT 480 PHT 480 AWST 480 " +
  "JST 540 KST 540 ACST 570 ACDT 630 AEST 600 AEDT 660 NZST 720 NZDT 780 " +
  "NST -210 NDT -150 AST -240 ADT -180 EST -300 EDT -240 CST -360 CDT -300 " +
  "MST -420 MDT -360 PST -480 PDT -420 AKST -540 AKDT -480 HST -600 SST -660 " +
  "BRT -180 BRST -120 ART -180 UYT -180 CLT -240 CLST -180 BOT -240 VET -240 COT -300 PET -300";
const MIN_LETTERS = 3;
const MAX_LETTERS = 4;
const pack = (text: string): number => [...text].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 64, 0);
const BY_CODE = new Map(
  [...OFFSETS.matchAll(/([A-Z]+) (-?\d+)/g)].map(([, name = "", minutes]) => [pack(name), Number(minutes)]),
);

/** A zone: its offset from UTC in minutes, and the offset where its name ends. */
export type NamedZone = { minutes: number; end: number };

const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** Reads `CET`, `PST`, `UTC` … at `at`. @returns null if no known abbreviation stands there as a whole word. */
export function zoneNameAt(bytes: Uint8Array, at: number, end: number): NamedZone | null {
  let packed = 0;
  let to = at;
  for (; to < end && to - at <= MAX_LETTERS; to += 1) {
    const byte = bytes[to] as number;
    if (byte < 65 || byte > 90) break;
    packed = packed * 32 + byte - 64;
  }
  const next = to < end ? (bytes[to] as number) : 32;
  if (to - at < MIN_LETTERS || to - at > MAX_LETTERS || isLetter(next) || next === 95) return null;
  const minutes = BY_CODE.get(packed);
  return minutes === undefined ? null : { minutes, end: to };
}

const AREAS = new Set("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific Etc".split(" "));
const MAX_AREA_BYTES = 40;

/** Reads a zone of the tz database, such as `Europe/Berlin`. @returns its name, and where it ends; or null. */
export function zoneAreaAt(bytes: Uint8Array, at: number, end: number): { name: string; end: number } | null {
  if (at >= end || (bytes[at] as number) < 65 || (bytes[at] as number) > 80) return null;
  let to = at;
  let slash = -1;
  for (; to < end && to - at < MAX_AREA_BYTES; to += 1) {
    const byte = bytes[to] as number;
    if (byte === 47 && slash === -1) slash = to;
    else if (!isLetter(byte) && byte !== 95 && byte !== 47 && byte !== 45) break;
  }
  if (slash === -1 || !AREAS.has(Buffer.from(bytes.subarray(at, slash)).toString("latin1"))) return null;
  return { name: Buffer.from(bytes.subarray(at, to)).toString("latin1"), end: to };
}

const MAX_AREA_HOURS = 4096;
const HOUR_MS = 3_600_000;

/** Offsets of tz database zones, one for each hour that was needed. */
export class AreaOffsets {
  private known = new Map<string, number | null>();

  /**
   * The offset in minutes at a local time written in the zone; null for an unknown zone. In the hour that a clock
   * change repeats, the second of the two times counts.
   */
  minutesAt(name: string, localMs: number): number | null {
    const key = `${name} ${Math.floor(localMs / HOUR_MS)}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    if (this.known.size >= MAX_AREA_HOURS) this.known = new Map();
    const minutes = areaMinutes(name, localMs);
    this.known.set(key, minutes);
    return minutes;
  }
}

function areaMinutes(name: string, localMs: number): number | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
  const offsetAt = (ms: number): number => {
    const text = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
    return hours === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
  return offsetAt(localMs - offsetAt(localMs) * 60_000);
}
