import { IncidentError } from "../../domain/errors.ts";
import { fieldOf } from "../read-form.ts";

/** A file that a person pasted or dropped, under the name that says what it is. */
export type FormFile = { name: string; framing: "raw" | "jsonl"; content: AsyncIterable<Uint8Array> };
/** What a person gave. `alerts`: JSON; null for none. `alarmAtMs`: Unix milliseconds. */
export type Pasted = { title: string; alarmAtMs: number | null; alerts: string | null; files: FormFile[] };

const MAX_FILES = 20;
const MAX_TITLE = 200;

/** Reads the form of the page. @throws {IncidentError} BAD_INPUT if it has nothing to analyse. */
export function readPasted(form: FormData): Pasted {
  const service = fieldOf(form, "service");
  const logs = fieldOf(form, "logs");
  const cluster = fieldOf(form, "kubectl");
  const files = [
    ...(logs === null ? [] : [textFile(logName(service ?? "upload"), logs)]),
    ...uploaded(form, "log-files").map((file) => upload(logName(file.name), file)),
    ...(cluster === null ? [] : [textFile("kubectl.txt", cluster)]),
    ...uploaded(form, "kubectl-files").map((file, at) => upload(clusterName(file.name, at), file)),
  ];
  const alerts = fieldOf(form, "alerts");
  if (files.length > MAX_FILES)
    throw new IncidentError("BAD_INPUT", `${files.length} files are too many`, { hint: `Give at most ${MAX_FILES}.` });
  if (files.length === 0 && alerts === null)
    throw new IncidentError("BAD_INPUT", "there is nothing to analyse", {
      hint: "Paste or choose logs, alerts or output of kubectl.",
    });
  return {
    title: (fieldOf(form, "title") ?? "Pasted by hand").replaceAll(/\s+/g, " ").slice(0, MAX_TITLE),
    alarmAtMs: timeOf(fieldOf(form, "alarm")),
    alerts,
    files,
  };
}

/** A file that was chosen; browsers send an empty one for none. */
const uploaded = (form: FormData, field: string): File[] =>
  form.getAll(field).filter((file): file is File => typeof file !== "string" && file.size > 0);

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const textFile = (name: string, text: string): FormFile => ({
  name,
  framing: isJsonLines(text.slice(0, 4_096)) ? "jsonl" : "raw",
  content: bytesOf(`${text}\n`),
});

const upload = (name: string, file: File): FormFile => ({
  name,
  framing: /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(file.name) ? "jsonl" : "raw",
  content: file.stream() as AsyncIterable<Uint8Array>,
});

/** True if the first line is a JSON object, and so probably every line. */
function isJsonLines(text: string): boolean {
  const [first = ""] = text.split("\n");
  try {
    return first.startsWith("{") && typeof JSON.parse(first) === "object";
  } catch {
    return false;
  }
}

const safeName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 150);

/** `checkout.log`: the log of the service checkout. */
function logName(name: string): string {
  const safe = safeName(name) || "upload";
  return /\.log(?:\.gz)?$/.test(safe) ? safe : `${safe.replace(/\.(?:txt|json|jsonl|ndjson)$/i, "")}.log`;
}

/** `kubectl-1-pods.yaml`: the name says that it is output of kubectl. */
function clusterName(name: string, at: number): string {
  const safe = safeName(name) || "output.txt";
  return `kubectl-${at + 1}-${/\.(?:txt|json|ya?ml)$/i.test(safe) ? safe : `${safe}.txt`}`;
}

/** A time of the form, which has no zone, as UTC. */
function timeOf(text: string | null): number | null {
  const ms = text === null ? Number.NaN : Date.parse(`${text}${/Z$|[+-]\d\d:\d\d$/.test(text) ? "" : "Z"}`);
  return Number.isNaN(ms) ? null : ms;
}
