import type { ReadRecord } from "../lines/raw-record.ts";
import { latencyMsOf } from "../lines/latency.ts";

/** A request that a service answered. `status`: of HTTP. `latencyMs`: NaN if the line does not state it. */
export type AnsweredRequest = { status: number; latencyMs: number };

const METHOD = "(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS)";
/** Ways in which frameworks write an answered request into the text of a line. The first group is the status. */
const ANSWERED: readonly RegExp[] = [
  /\bHTTP\/\d(?:\.\d)?"?(?: -| ->| =>|:)? ([1-5]\d\d)\b/, // Uvicorn, Django, Werkzeug, Gunicorn, Jetty
  /\b(?:method|path)=\S+ .*?\bstatus=([1-5]\d\d)\b/, // lograge, Heroku's router
  /^(?:.{0,80}\s)?Completed ([1-5]\d\d) .* in \d/, // Rails
  /\bSent ([1-5]\d\d) in \d/, // Phoenix
  new RegExp(String.raw`\b${METHOD} /\S* (?:HTTP/\S+ )?([1-5]\d\d)\b`), // Morgan, Express
];
/** A line about a call to another server: `GET https://pay.example/v1 "HTTP/1.1 200 OK"`. */
const OWN_CALL = new RegExp(String.raw`https?://\S+"? "?(?:${METHOD}|HTTP)\b|\b${METHOD} "?https?://`);
const LATENCY =
  /\b(duration|request_time|rt|elapsed|took|latency|service|time|duration_ms|ms)[=:]\s?"?(\d+(?:\.\d+)?(?:ns|us|µs|ms|s)?)(?![\w.])/;
const LATENCY_AFTER = /\b(?:in |\()?(\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|s))\b/;
const MAX_CHARS = 1000;
/** A statement whose first lines tell of no request never does. */
const MAX_TRIES = 4;

/** Reads requests from records. Statements that never tell of one cost a look into a table. */
export class RequestReader {
  /** Lines without a request at the start of each statement; -1 for a statement that records requests. */
  private readonly misses = new Map<number, number>();

  /** @param statement the number of the statement that wrote the line. @returns null if no request was answered. */
  read({ event: { status, latencyMs, isStructured }, body }: ReadRecord, statement: number): AnsweredRequest | null {
    if (status > 0) return { status, latencyMs };
    const missed = this.misses.get(statement) ?? 0;
    if (missed >= MAX_TRIES) return null;
    const found = isStructured ? null : requestIn(body.slice(0, MAX_CHARS));
    if (missed >= 0) this.misses.set(statement, found === null ? missed + 1 : -1);
    return found;
  }
}

/** The answered request that the text of a line states; null if it states none. */
export function requestIn(text: string): AnsweredRequest | null {
  for (const pattern of ANSWERED) {
    const found = pattern.exec(text);
    if (found === null) continue;
    if (OWN_CALL.test(text)) return null;
    return { status: Number(found[1]), latencyMs: latencyIn(text, found.index) };
  }
  return null;
}

function latencyIn(text: string, from: number): number {
  const [, key = "", value] = LATENCY.exec(text) ?? [];
  if (value !== undefined) return latencyMsOf(value, key.replaceAll("_", ""));
  const after = LATENCY_AFTER.exec(text.slice(from))?.[1];
  return after === undefined ? NaN : latencyMsOf(after, "");
}
