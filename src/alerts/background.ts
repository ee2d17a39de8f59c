import { isMeasuringProgram } from "../domain/scrapers.ts";
import { signalWords } from "../domain/signals.ts";
import type { Alert } from "../domain/telemetry.ts";
import { namesIn } from "./known/meanings.ts";
import { meaningOf, plainName } from "./known-alerts.ts";
import {
  MONITORING_ALERTS,
  MONITORING_PROGRAM,
  MONITORING_WORDS,
  UPKEEP_ALERTS,
  UPKEEP_WORDS,
} from "./known/background.ts";

/**
 * Why an alert is not evidence of trouble for users. `monitoring`: something was not measured. `probe`: about the
 * prober itself. `upkeep`: maintenance that can wait. `clock`: a clock is off. `forecast`: trouble expected in days.
 * `partial`: only some of several checks failed.
 */
export type Background = "monitoring" | "probe" | "upkeep" | "clock" | "forecast" | "partial";

const namesOf = (names: string): ReadonlySet<string> => new Set(namesIn(names).map(plainName));
const MONITORING = namesOf(MONITORING_ALERTS);
const UPKEEP = namesOf(UPKEEP_ALERTS);

/** Kinds of entity that test others from outside. */
const PROBER_KINDS = new Set(["probe", "prober", "synthetic", "check", "monitor", "exporter"]);
const PROBER_NAMES = "probe|prober|synthetics?|canary|uptime|blackbox|healthcheck";
const PROBER = new RegExp(`^(?:${PROBER_NAMES})[-_ ]|[-_ ](?:${PROBER_NAMES})$`, "i");

/** "from 1 of 3 places", "for 1 of 5 evaluations": most of the checks were fine. */
const CHECKS = "places|locations|regions|sites|probes|checks|evaluations|samples|points|agents|monitors";
const SOME_OF = new RegExp(`\\b(\\d+) (?:of|out of) (\\d+) (?:${CHECKS})\\b`, "i");
/** "expires in 19 days", "predicted to be full in 4 days", "within four days". */
const AHEAD = new RegExp(
  [
    /\b(?:expires?|expiring|expiration|valid for|full|fill(?:s|ed)?(?: up)?|run out(?: of \w+)?|exhausted)\b/,
    /[^.]*?\b(?:in|within|for|less than)\s+(?:the next\s+)?(?:about\s+|under\s+)?/,
    /(\d+|two|three|four|five|six|seven|ten|fourteen|thirty)\s+(days?|weeks?|months?)\b/,
  ]
    .map(({ source }) => source)
    .join(""),
  "i",
);
/** `FilesystemFullIn4Days`, `DiskWillFillIn7Days`. */
const AHEAD_IN_NAME = /in[ _-]?(\d+|two|three|four|five|six|seven)[ _-]?(?:days|weeks)/i;

const holds = (words: ReadonlySet<string>, groups: readonly (readonly string[])[]): boolean =>
  groups.some((group) => group.every((word) => words.has(word)));

/** Why an alert is not evidence of trouble for users; null if it may be. */
export function backgroundOf({
  name,
  message,
  entity,
  entityKind,
  labels,
}: Pick<Alert, "name" | "message" | "entity" | "entityKind" | "labels">): Background | null {
  const plain = plainName(name);
  const text = message ?? "";
  if (isPartial(text)) return "partial";
  if (PROBER_KINDS.has(entityKind.toLowerCase()) || PROBER.test(entity)) return "probe";
  const isKnown = meaningOf({ name, labels }) !== null;
  const words = new Set(signalWords(name));
  if (
    MONITORING.has(plain) ||
    MONITORING_PROGRAM.test(name) ||
    isMeasuringProgram(entity) ||
    (!isKnown && isAboutLogVolume(words)) ||
    (!isKnown && holds(words, MONITORING_WORDS))
  )
    return "monitoring";
  if (AHEAD.test(text) || AHEAD_IN_NAME.test(name)) return "forecast";
  if (UPKEEP.has(plain) || (!isKnown && holds(words, UPKEEP_WORDS))) return "upkeep";
  if (!isKnown && expiresSoon(words)) return "upkeep";
  return meaningOf({ name, labels })?.family === "clock" ? "clock" : null;
}

const LOGS = ["log", "logs", "logging"];
const AMOUNT = ["volume", "ingestion", "ingest", "ingested", "bytes", "throughput"];
/** A volume that holds logs may be full, and more errors in the logs are errors. */
const OTHER_THAN_AMOUNT = "full disk space free filling usage used capacity left mount error errors critical fatal";

/** More lines than usual cost money, but no user suffers: "Log volume of web up 900 %". */
const isAboutLogVolume = (words: ReadonlySet<string>): boolean =>
  LOGS.some((word) => words.has(word)) &&
  AMOUNT.some((word) => words.has(word)) &&
  !OTHER_THAN_AMOUNT.split(" ").some((word) => words.has(word));

/** A certificate that expires soon still works. */
const expiresSoon = (words: ReadonlySet<string>): boolean =>
  ["expires", "expiring", "expiry", "expiration", "expire"].some((word) => words.has(word)) && !words.has("expired");

function isPartial(text: string): boolean {
  const [, some, all] = SOME_OF.exec(text) ?? [];
  return some !== undefined && all !== undefined && Number(some) * 2 <= Number(all);
}
