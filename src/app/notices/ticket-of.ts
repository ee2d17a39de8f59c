import type { NotifyConfig } from "../../config.ts";
import type { AlertEvent } from "../../domain/alert-event.ts";

type Alert = Pick<AlertEvent, "fingerprint" | "labels" | "links">;

/** Labels by which rules of alerts name a ticket. */
const LABELS: Readonly<Partial<Record<NotifyConfig["kind"], readonly string[]>>> = {
  pagerduty: ["pagerduty_incident", "pagerduty_incident_id"],
  incidentio: ["incident_io_incident", "incident_io_incident_id"],
  jira: ["jira", "jira_key", "jira_issue", "jira_ticket"],
};
const KEY = { pagerduty: /^[A-Z0-9]{6,40}$/, incidentio: /^[0-9A-HJKMNP-TV-Z]{26}$/, jira: /^[A-Z][A-Z0-9_]+-\d+$/ };
/** How the readers of webhooks name the incident of a vendor. */
const FINGERPRINT = { pagerduty: "pagerduty:", incidentio: "incident-io:", jira: null } as const;

/** True if a message to this place needs a ticket. */
export const needsTicket = (kind: NotifyConfig["kind"]): kind is keyof typeof KEY => Object.hasOwn(KEY, kind);

/**
 * The ticket that the alerts of an incident name: the incident that PagerDuty or incident.io reported, a label, or a
 * link to an issue of this Jira. Null if none does.
 */
export function ticketOf(place: Pick<NotifyConfig, "kind" | "url">, alerts: readonly Alert[]): string | null {
  const { kind } = place;
  if (!needsTicket(kind)) return null;
  const prefix = FINGERPRINT[kind];
  const found = [
    ...alerts.flatMap(({ fingerprint }) =>
      prefix !== null && fingerprint.startsWith(prefix) ? [fingerprint.slice(prefix.length)] : [],
    ),
    ...alerts.flatMap(({ labels }) =>
      (LABELS[kind] ?? []).flatMap((name) => (Object.hasOwn(labels, name) ? [labels[name] ?? ""] : [])),
    ),
    ...(kind === "jira" ? alerts.flatMap(({ links = {} }) => Object.values(links).flatMap(issueIn(place.url))) : []),
  ];
  return found.find((key) => KEY[kind].test(key)) ?? null;
}

/** The key in a link to an issue below this address. */
const issueIn =
  (url: string) =>
  (link: string): string[] => {
    const base = `${url.replace(/\/+$/, "")}/browse/`;
    return link.startsWith(base) ? [link.slice(base.length).split(/[?#/]/)[0] ?? ""] : [];
  };
