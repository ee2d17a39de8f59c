import type { AskValue } from "./ask-source.ts";

/** Characters of a line that are searched for fields. */
const MAX_SEARCHED = 8_192;
const MAX_VALUE = 1_000;
const MAX_FIELDS = 120;
const MAX_DEPTH = 4;

/** `client - user [time] "GET /path HTTP/1.1" 200 512 "referrer" "user agent"`: the common and combined formats. */
const ACCESS = new RegExp(
  [
    String.raw`(?<!\S)(\S{1,256}) (\S{1,64}) (\S{1,128}) \[[^\]]{10,40}\] `,
    String.raw`"([A-Z]{3,16}) (\S+)(?: (HTTP\/[\d.]+))?" (\d{3}) (\d+|-)`,
    String.raw`(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?`,
  ].join(""),
);
/** `GET /path`, in other lines about a request. */
const REQUEST = /(?<![\w/])(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS) (?:https?:\/\/[^\s/"]+)?(\/[^\s"]*)/;
/** `key=value`, not inside of a URL. */
const PAIR = /(?<![\w./?&=-])([A-Za-z_][\w.-]{0,63})=(?:"((?:[^"\\]|\\.){0,2000})"|'([^']{0,2000})'|([^\s,;)\]}"']+))/g;

/** The fields that a line states itself, by their own names: JSON, `key=value`, and requests of access logs. */
export function readLineFields(line: string, isStructured: boolean, fields: Map<string, AskValue>): void {
  const text = line.length > MAX_SEARCHED ? line.slice(0, MAX_SEARCHED) : line;
  const brace = isStructured ? line.indexOf("{") : -1;
  if (brace !== -1 && addJson(line.slice(brace), fields)) return;
  if (!isStructured && text.includes('"')) addRequest(text, fields);
  if (!text.includes("=")) return;
  for (const [, key = "", double, single, bare] of text.matchAll(PAIR)) {
    if (fields.size >= MAX_FIELDS) return;
    const value = double ?? single ?? bare ?? "";
    if (!fields.has(key)) fields.set(key, value.slice(0, MAX_VALUE));
  }
}

function addJson(text: string, fields: Map<string, AskValue>): boolean {
  try {
    flatten(JSON.parse(text), "", 0, fields);
    return true;
  } catch {
    return false;
  }
}

function flatten(value: unknown, path: string, depth: number, fields: Map<string, AskValue>): void {
  if (value === null || value === undefined || Array.isArray(value) || fields.size >= MAX_FIELDS) return;
  if (typeof value !== "object") {
    if (path === "" || fields.has(path)) return;
    fields.set(path, typeof value === "number" ? value : String(value).slice(0, MAX_VALUE));
    return;
  }
  if (depth >= MAX_DEPTH) return;
  for (const [key, inner] of Object.entries(value))
    flatten(inner, path === "" ? key.slice(0, 100) : `${path}.${key.slice(0, 100)}`, depth + 1, fields);
}

function addRequest(text: string, fields: Map<string, AskValue>): void {
  const found = ACCESS.exec(text);
  if (found === null) {
    const [, method, target] = REQUEST.exec(text) ?? [];
    if (method !== undefined && target !== undefined) addTarget(method, target, fields);
    return;
  }
  const [, client = "", , user = "", method = "", target = "", protocol, status, bytes = "-", referrer, agent] = found;
  fields.set("client", client);
  if (user !== "-") fields.set("user", user);
  addTarget(method, target, fields);
  if (protocol !== undefined) fields.set("protocol", protocol);
  fields.set("status", Number(status));
  if (bytes !== "-") fields.set("bytes", Number(bytes));
  if (referrer !== undefined && referrer !== "-" && referrer !== "")
    fields.set("referrer", referrer.slice(0, MAX_VALUE));
  if (agent !== undefined && agent !== "-") fields.set("user_agent", agent.slice(0, MAX_VALUE));
}

function addTarget(method: string, target: string, fields: Map<string, AskValue>): void {
  const query = target.search(/[?#]/);
  fields.set("method", method);
  fields.set("path", (query === -1 ? target : target.slice(0, query)).slice(0, MAX_VALUE));
  if (query !== -1) fields.set("query", target.slice(query + 1, query + 1 + MAX_VALUE));
}
