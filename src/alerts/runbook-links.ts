import type { RunbookLink } from "../domain/runbook.ts";
import type { Alert } from "../domain/telemetry.ts";

/** More than a person opens. */
const MAX_LINKS = 20;
/** Names of alerts that are kept of each. */
const MAX_ALERTS = 10;

/** What alerts point people to: the address that most of them name first. Credentials in an address are nobody's business, and left out. */
export function runbookLinks(alerts: readonly Alert[]): RunbookLink[] {
  const told = alerts.flatMap(({ name, runbookUrl }) =>
    runbookUrl !== undefined && URL.canParse(runbookUrl) ? [{ name, url: bare(runbookUrl) }] : [],
  );
  return [...Map.groupBy(told, ({ url }) => url)]
    .toSorted(([a, byA], [b, byB]) => byB.length - byA.length || (a < b ? -1 : 1))
    .slice(0, MAX_LINKS)
    .map(([url, by]) => ({ url, alerts: [...new Set(by.map(({ name }) => name))].toSorted().slice(0, MAX_ALERTS) }));
}

function bare(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}
