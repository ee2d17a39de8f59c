import type { NoticeContent, TicketMessage } from "../../domain/notice.ts";
import type { Report } from "../../domain/report.ts";
import type { WorkStatus } from "../../domain/service.ts";
import { maskerOf } from "../../domain/redact-values.ts";
import type { ReviewState } from "../action-status.ts";
import { cardModel } from "./card-model.ts";
import { discordMessage } from "./discord.ts";
import { mattermostMessage } from "./mattermost.ts";
import { notification } from "./notification.ts";
import { teamsMessage } from "./teams.ts";
import { adfCard, markdownCard, plainCard, runbookProposal, wikiCard } from "./ticket-texts.ts";

type Kind = "webhook" | "teams" | "mattermost" | "discord" | TicketMessage["kind"];

/** The message for each kind of place. Whatever was masked in the report stays masked; this masks what was not. */
export function messageOf(
  kind: Kind,
  report: Report,
  { status, review }: { status: WorkStatus; review: ReviewState },
): NoticeContent {
  const masked = maskerOf().values(report);
  const card = cardModel(masked, review);
  switch (kind) {
    case "webhook":
      return { to: "address", payload: notification({ status }, masked) };
    case "teams":
      return { to: "address", payload: teamsMessage(card) };
    case "mattermost":
      return { to: "address", payload: mattermostMessage(card) };
    case "discord":
      return { to: "address", payload: discordMessage(card) };
    case "pagerduty":
      return { to: "ticket", message: { kind, content: plainCard(card) } };
    case "incidentio":
      return { to: "ticket", message: { kind, description: markdownCard(card) } };
    case "jira":
      return { to: "ticket", message: { kind, document: adfCard(card), text: wikiCard(card) } };
    case "github":
      return { to: "ticket", message: { kind, proposal: runbookProposal(masked, card) } };
  }
}
