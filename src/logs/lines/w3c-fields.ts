import type { RequestTime } from "./proxy-lines.ts";

const MAX_BYTES = 4096;
/** Names of fields in W3C logs: IIS, CloudFront. */
const NAMES = {
  date: ["date"],
  time: ["time"],
  method: ["cs-method"],
  target: ["cs-uri-stem", "cs-uri"],
  status: ["sc-status"],
  took: ["time-taken"],
  reason: ["s-reason"],
} as const;
type Place = keyof typeof NAMES;

/**
 * Reads logs that name their fields in a `#Fields:` line. A value of `time-taken` with a dot is in seconds
 * (CloudFront), else in milliseconds (IIS).
 *
 * @see https://www.w3.org/TR/WD-logfile.html
 */
export class W3cFields {
  private places: Map<Place, number> | null = null;
  private date = "";

  get isActive(): boolean {
    return this.places !== null;
  }

  reset(): void {
    this.places = null;
    this.date = "";
  }

  /** @returns null for a directive, and for a line that does not have these fields. */
  read(bytes: Uint8Array, start: number, end: number): RequestTime | null {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, MAX_BYTES)).toString("utf8");
    if (text.startsWith("#")) {
      if (text.startsWith("#Fields:")) this.setFields(text.slice("#Fields:".length).trim().split(/\s+/));
      const date = /^#Date:\s*(\d{4}-\d\d-\d\d)/.exec(text)?.[1];
      if (date !== undefined) this.date = date;
      return null;
    }
    const values = text.split(text.includes("\t") ? "\t" : " ");
    const valueOf = (place: Place): string => values[this.places?.get(place) ?? -1] ?? "";
    const status = Number(valueOf("status"));
    if (!(status >= 100 && status < 600)) return null;
    const took = valueOf("took");
    return {
      prefix: "",
      method: valueOf("method"),
      target: valueOf("target"),
      protocol: "HTTP/1.1",
      status,
      suffix: valueOf("reason").replace(/^-$/, ""),
      latencyMs: took === "" ? NaN : Number(took) * (took.includes(".") ? 1000 : 1),
      timeAt: -1,
      ms: Date.parse(`${valueOf("date") || this.date}T${valueOf("time")}Z`),
    };
  }

  private setFields(names: readonly string[]): void {
    this.places = new Map();
    for (const place of Object.keys(NAMES) as Place[]) {
      const at = names.findIndex((name) => (NAMES[place] as readonly string[]).includes(name.toLowerCase()));
      if (at !== -1) this.places.set(place, at);
    }
    if (!this.places.has("status") || !(this.places.has("method") || this.places.has("target"))) this.places = null;
  }
}
