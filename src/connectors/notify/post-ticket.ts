import type { Posted, TicketMessage } from "../../domain/notice.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { postGitHubProposal } from "./github.ts";
import { postIncidentIoAction } from "./incident-io.ts";
import { postJiraComment } from "./jira.ts";
import { postPagerDutyNote } from "./pagerduty.ts";
import type { TicketPost, TicketTarget } from "./ticket-door.ts";

/** Posts a message to its vendor. @throws {IncidentError} UNAVAILABLE once all tries failed; others for a refusal */
export function postTicket(
  target: TicketTarget,
  { message, ...post }: Omit<TicketPost<TicketMessage["kind"]>, "message"> & { message: TicketMessage },
  proxy: ProxySettings | null,
): Promise<Posted> {
  switch (message.kind) {
    case "pagerduty":
      return postPagerDutyNote(target, { ...post, message }, proxy);
    case "incidentio":
      return postIncidentIoAction(target, { ...post, message }, proxy);
    case "jira":
      return postJiraComment(target, { ...post, message }, proxy);
    case "github":
      return postGitHubProposal(target, { ...post, message }, proxy);
  }
}
