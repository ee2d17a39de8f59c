import { redactNamed, redactSecrets } from "../../domain/redact.ts";
import { Report } from "../../domain/report.ts";

/**
 * Fields that stay byte for byte: ids, hashes and scripts, because a hash covers the scripts. Scripts contain names
 * from telemetry too, but no step is planned with a name that looks like a secret.
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
 * Masks every secret from telemetry, changes and alerts, because people forward reports to tickets and chats. Equal
 * names get the same mark, so references still match.
 */
export const redactReport = (report: Report): Report => Report.parse(withoutSecrets(report));

/** A JSON value with every secret in its texts masked, as in a report. */
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

/** Masks facts by name and value, because the name may show that the value is secret. */
const maskedFacts = (facts: object): unknown =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === "string" ? redactNamed(name, fact) : fact]),
  );
