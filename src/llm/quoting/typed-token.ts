import { isPhrase } from "./phrases.ts";
import { classOf } from "./vocabulary.ts";
import { wordsIn } from "./words-in.ts";

const setOf = (row: string): ReadonlySet<string> => new Set(row.split(" "));

/** Stands for what a log template leaves open. */
export const OPEN_PLACE = "*";

const NUMBER = /^[-+]?\d{1,18}(?:[.,]\d{1,12}){0,4}(?:%|[A-Za-zµ]{1,3})?$/;
const UNIT = /[A-Za-zµ]+$/;
const UNITS = setOf("ns us µs ms s m h d b kb mb gb tb kib mib gib tib ki mi gi g t x k th st nd rd min sec hrs hr xx");
const DAY = String.raw`\d{4}-\d\d-\d\d`;
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?`;
const TIME = new RegExp(String.raw`^(?:${DAY}(?:T${CLOCK}(?:Z|[+-]\d\d:?\d\d)?)?|${CLOCK}Z?)$`);
const VERSION = /^v?\d{1,5}(?:\.\d{1,6}){1,4}(?:-(?:rc|alpha|beta)\.?\d{1,3})?$/;
/** SQLSTATE `40P01`, `ORA-12541`, `5xx`, `0x1F`, `p95`. */
const CODE = /^(?:\d[0-9A-Z]{4}(?<=\d[A-Z0-9]*\d[A-Z0-9]*\d)|[A-Z]{1,7}-?\d{2,6}|[1-5]xx|0x[0-9A-Fa-f]{1,4}|p\d{2,3})$/;
const CODE_PREFIX = /^[A-Z]+/;
const CODE_PREFIXES = setOf("ORA TNS ERR HTTP SQL PG MY RC EC DB IM HY CF CE ES KB TLS SSL CVE RFC HRESULT WSA AH IDX");
const METHODS = setOf("GET HEAD POST PUT DELETE PATCH OPTIONS CONNECT TRACE");

const MARK = /^⟨(?:[a-z]+(?:-[a-z]+)?|[A-Z]+(?:_[A-Z]+)?_\d{1,4})⟩$/;
/** Words of the marks that redaction leaves. */
const MARK_WORDS = setOf(
  "ip phone user email mail card iban jwt aws google git slack api key token private password secret id ssn name " +
    "address " +
    "account passport cookie session credential number host url mac dsn bearer",
);

export const isNumber = (text: string): boolean => NUMBER.test(text) && /\d$/.test(text);
export const isUnit = (text: string): boolean => UNITS.has(text.toLowerCase());
export const isMethod = (text: string): boolean => METHODS.has(text);

/** A value whose form alone says what it is: number, time, version, code, path, mark. Null for any other text. */
export function typedToken(text: string): string | null {
  if (text === OPEN_PLACE) return OPEN_PLACE;
  if (NUMBER.test(text)) {
    const unit = UNIT.exec(text)?.[0];
    return unit === undefined || isUnit(unit) ? text : null;
  }
  if (TIME.test(text) || VERSION.test(text) || METHODS.has(text)) return text;
  if (CODE.test(text)) {
    const prefix = CODE_PREFIX.exec(text)?.[0];
    return prefix === undefined || CODE_PREFIXES.has(prefix) ? text : null;
  }
  if (text.startsWith("⟨"))
    return MARK.test(text) && wordsIn(text).every((word) => MARK_WORDS.has(word)) ? text : "⟨text⟩";
  return text.startsWith("/") && text.length > 1 ? pathShape(text) : null;
}

/** Most parts of a path that are shown. */
const MOST_PARTS = 8;

/**
 * A path whose parts are shown only where they are words of operations: `/api/v1/⟨part⟩/*`. Of several such words, only
 * those that a phrase has in this order.
 */
export function pathShape(path: string): string {
  const parts = path.split(/[?#]/, 1)[0]?.split("/").slice(1) ?? [];
  const words: string[] = [];
  let isOpen = true;
  const shown = parts.slice(0, MOST_PARTS).map((part) => {
    if (part === "" || part === OPEN_PLACE || /^(?:v?\d{1,12}|api)$/.test(part)) return part;
    const isWord = isOpen && /^[a-z]{2,30}$/.test(part) && classOf(part) === "plain";
    isOpen = isWord && (words.length === 0 || isPhrase([...words, part].slice(-3)));
    if (isOpen) words.push(part);
    return isOpen ? part : "⟨part⟩";
  });
  return `/${shown.join("/")}${parts.length > MOST_PARTS ? "/…" : ""}`;
}
