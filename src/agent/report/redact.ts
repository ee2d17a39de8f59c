import { maskerOf } from "../../domain/redact-values.ts";
import { Report } from "../../domain/report.ts";

const { values } = maskerOf();

/**
 * Masks every secret from telemetry, changes and alerts, because people forward reports to tickets and chats. Equal
 * names get the same mark, so references still match.
 */
export const redactReport = (report: Report): Report => Report.parse(withoutSecrets(report));

/** A JSON value with every secret in its texts masked, as in a report. */
export const withoutSecrets = (value: unknown): unknown => values(value);
