import type { RunbookLink } from "../domain/runbook.ts";
import type { Alert } from "../domain/telemetry.ts";

/** Upper limit of links: a person opens no more. */
const MAX_LINKS = 20;
/** Upper limit of alert names kept per link. */
const MAX_ALERTS = 10;

/** Collects the runbook addresses of alerts, most frequent first. Credentials in an address are removed. */
export function runbookLinks(alerts: readonly Alert[]): RunbookLink[] {
  const links = alerts.flatMap(({ name, runbookUrl }) =>
    runbookUrl !== undefined && URL.canParse(runbookUrl) ? [{ name, url: withoutCredentials(runbookUrl) }] : [],
  );
  return [...Map.groupBy(links, ({ url }) => url)]
    .toSorted(([a, byA], [b, byB]) => byB.length - byA.length || (a < b ? -1 : 1))
    .slice(0, MAX_LINKS)
    .map(([url, by]) => ({ url, alerts: [...new Set(by.map(({ name }) => name))].toSorted().slice(0, MAX_ALERTS) }));
}

export function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}
