/**
 * `waiting`: to be sent at `dueMs`. `failed`: given up, a person may send it again. `skipped`: there is nothing to send
 * it to, such as an incident without a ticket.
 */
export type NoticeState = "waiting" | "sent" | "failed" | "skipped";

/** What of an analysis is sent, and where. `place`: the name of an entry of `notify`. */
export type NoticeRequest = {
  analysisId: string;
  place: string;
  /** The ticket that a person named. Null: the one that the incident's alerts name. */
  ticket: string | null;
  /** Open a pull request in place of an issue. */
  pullRequest: boolean;
};

/** One message about an analysis to one place. Times are Unix milliseconds. */
export type ReportNotice = NoticeRequest & {
  id: string;
  state: NoticeState;
  /** How often it was tried. */
  attempts: number;
  dueMs: number;
  /** Why the last try failed, or why it was skipped. Null if neither. */
  why: string | null;
  /** The page of what was made. Null if the place names none. */
  link: string | null;
  createdAtMs: number;
  changedAtMs: number;
};

/** A claim on a notice. It lapses, so that another process sends what a dead one left. */
export type NoticeClaim = { owner: string; untilMs: number };

/** `claimed`: false if it was sent before, or another process sends it now (`isBusy`). */
export type ClaimedNotice = { claimed: boolean; isBusy: boolean; notice: ReportNotice };

/** How a try ended. `dueMs`: of the next try, if it waits. */
export type NoticeEnd = { state: NoticeState; why: string | null; link: string | null; dueMs: number; nowMs: number };

/** Messages about analyses, one row for each place. Every write is one statement. Throws as `ServiceStore` does. */
export interface NoticeStore {
  /**
   * Claims one notice, which is added if it is new. `again`: even if it was sent before.
   */
  claimNotice(
    notice: NoticeRequest & { id: string },
    claim: NoticeClaim,
    options: { nowMs: number; again: boolean },
  ): Promise<ClaimedNotice>;
  /** Claims notices that are due and that nobody sends now, to these places. Each goes to one process. */
  takeNotices(
    places: readonly string[],
    claim: NoticeClaim,
    options: { nowMs: number; limit: number },
  ): Promise<ReportNotice[]>;
  /** Records how a try ended, and gives the claim back. @returns false if the claim was lost. */
  settleNotice(id: string, owner: string, end: NoticeEnd): Promise<boolean>;
  findNotice(id: string): Promise<ReportNotice | null>;
  /** Newest change first. */
  listNotices(options: { state: NoticeState; limit: number }): Promise<ReportNotice[]>;
  /** Deletes those that ended before this time. */
  forgetNotices(beforeMs: number): Promise<void>;
}

/** Text of a document of Atlassian. @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
export type AdfText = { type: "text"; text: string; marks?: readonly { type: "strong" | "em" | "code" }[] };
export type AdfBlock =
  | { type: "paragraph"; content: readonly AdfText[] }
  | { type: "heading"; attrs: { level: number }; content: readonly AdfText[] }
  | { type: "bulletList"; content: readonly { type: "listItem"; content: readonly AdfBlock[] }[] };
export type AdfDocument = { type: "doc"; version: 1; content: readonly AdfBlock[] };

/**
 * A runbook to propose. `slug`: its folder below `runbooks/`. `text`: of its SKILL.md. `isDraft`: no runbook treats the
 * cause; otherwise it is the plan of one incident.
 */
export type RunbookProposal = { title: string; body: string; slug: string; text: string; isDraft: boolean };

/** What is posted to a ticket of each vendor. `proposal`: null if the report has no runbook. */
export type TicketMessage =
  | { kind: "pagerduty"; content: string }
  | { kind: "incidentio"; description: string }
  | { kind: "jira"; document: AdfDocument; text: string }
  | { kind: "github"; proposal: RunbookProposal | null };

/** What is sent: to a chat or a webhook as it is, to a ticket as its vendor's API wants it. */
export type NoticeContent = { to: "address"; payload: unknown } | { to: "ticket"; message: TicketMessage };

/** `wasThere`: a message about this analysis was there before, so nothing was posted. `link`: its page, if known. */
export type Posted = { link: string | null; wasThere: boolean };

/** The words that end each message of Causeway, beside the id of the analysis. */
export const NOTICE_FOOT = "shows it all";

/** True if a text is a message of Causeway about this analysis. */
export const isNoticeOf = (text: string, analysisId: string): boolean =>
  text.includes(analysisId) && text.includes(NOTICE_FOOT);
