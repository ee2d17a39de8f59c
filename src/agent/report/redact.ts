import { redactNamed, redactSecrets } from "../../domain/redact.ts";
import { Report } from "../../domain/report.ts";

/**
 * What must stay byte for byte: ids that are looked up, hashes, and the scripts that a hash is over. A script holds names from
 * telemetry as well, but no step is planned with one that looks secret.
 */
const EXACT: ReadonlySet<string> = new Set([
  "schema_version",
  "analysis_id",
  "incident_id",
  "id",
  "evidence_id",
  "evidence_ids",
  "against_ids",
  "script",
  "script_sha256",
  "rollback",
  "verify",
  "bundle_sha256",
  "versions",
  "timings",
]);

/**
 * The report with a mark in place of every secret that telemetry, a change or an alert carried: a report is passed on to tickets and
 * chats. Equal names are masked alike, so what refers to each other still does.
 */
export const redactReport = (report: Report): Report => Report.parse(withoutSecrets(report));

/** A JSON value with a mark in place of every secret in its texts, as in a report. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      EXACT.has(name) ? field : name === "facts" ? maskedFacts(field) : withoutSecrets(field),
    ]),
  );
}

/** A fact is masked beside its name, since it may be the name that tells a secret. */
const maskedFacts = (facts: object): unknown =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === "string" ? redactNamed(name, fact) : fact]),
  );
