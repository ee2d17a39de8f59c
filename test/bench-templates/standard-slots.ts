/** Random numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = () => number;

const intTo = (random: Random, most: number): number => Math.floor(random() * most);
const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
const ofAlphabet = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(intTo(random, alphabet.length))).join("");
export const pick = (random: Random, values: readonly string[]): string => values[intTo(random, values.length)] ?? "";

const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HOSTS = "web1 db-2.internal kafka-0.kafka.svc worker-17 mail.example.org api lb01.eu.acme.net localhost".split(
  " ",
);
const WORDS = "copper harbor window lantern orchard pepper signal tundra velvet walnut ember quartz".split(" ");
const PHRASES = ["hello", "good game", "Invoices of March", "timed out", "see you at ten", "Room 12 is free", "a b c"];
const PATHS = [
  "/var/lib/data/17",
  "/etc/app/app.conf",
  "/opt/dags/daily_sales.py",
  "/tmp/x",
  "/srv/a-b/c_d.1",
  "/data",
];
const URLS = ["http://api:8080/v1/orders", "https://pay.example.com/charge?id=8", "http://stock/health"];
const SIZES = ["B", "KB", "MB", "GiB", "kb", "gb"];
const UNITS = ["ms", "s"];

const stamp = (random: Random): [date: string, clock: string] => [
  `2026-${pad(1 + intTo(random, 12))}-${pad(1 + intTo(random, 28))}`,
  `${pad(intTo(random, 24))}:${pad(intTo(random, 60))}:${pad(intTo(random, 60))}`,
];
/** Mostly small numbers, sometimes large ones. */
const anInt = (random: Random): string => String(intTo(random, random() < 0.5 ? 10 : random() < 0.5 ? 500 : 4_000_000));
const aFloat = (random: Random): string => (random() * 10 ** intTo(random, 4)).toFixed(1 + intTo(random, 4));

/** Slots that logs of any program have. */
export const STANDARD_SLOTS: Readonly<Record<string, (random: Random) => string>> = {
  int: anInt,
  float: aFloat,
  money: (random) => (random() * 400).toFixed(2),
  port: (random) => String(1024 + intTo(random, 60_000)),
  ip: (random) => Array.from({ length: 4 }, () => 1 + intTo(random, 254)).join("."),
  host: (random) => pick(random, HOSTS),
  path: (random) => pick(random, PATHS),
  url: (random) => pick(random, URLS),
  hex: (random) => ofAlphabet(random, HEX, 64),
  hexword: (random) => ofAlphabet(random, HEX, 12),
  hex0: (random) => `0x${ofAlphabet(random, HEX, 8)}`,
  pci: (random) => `0000:${ofAlphabet(random, HEX, 2)}:00.${intTo(random, 2)}`,
  b64: (random) => ofAlphabet(random, BASE64, 16),
  uuid: (random) => [8, 4, 4, 4, 12].map((length) => ofAlphabet(random, HEX, length)).join("-"),
  word: (random) => pick(random, WORDS),
  words: (random) => pick(random, PHRASES),
  email: (random) => `${pick(random, WORDS)}.${pick(random, WORDS)}@example.org`,
  version: (random) => `${intTo(random, 9)}.${intTo(random, 30)}.${intTo(random, 20)}`,
  size: (random) => `${aFloat(random)}${random() < 0.5 ? " " : ""}${pick(random, SIZES)}`,
  ms: (random) => `${intTo(random, 900)}ms`,
  dur: (random) => `${aFloat(random)}${pick(random, UNITS)}`,
  dsn: (random) => `${2 + intTo(random, 4)}.${intTo(random, 8)}.${intTo(random, 10)}`,
  ts: (random) => stamp(random).join(" "),
  basic: (random) => stamp(random).join("T").replaceAll(/[-:]/g, ""),
  date: (random) => stamp(random)[0],
  clock: (random) => stamp(random)[1],
};
