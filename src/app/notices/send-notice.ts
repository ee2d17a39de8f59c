import type { NotifyConfig } from "../../config.ts";
import { IncidentError, isPassing } from "../../domain/errors.ts";
import type { ReportNotice, NoticeContent, NoticeEnd, NoticeStore, Posted } from "../../domain/notice.ts";
import type { Report } from "../../domain/report.ts";
import type { AnalysisDetail, IncidentAlert } from "../../domain/service.ts";
import type { Decision } from "../../domain/action.ts";
import { needsTicket, ticketOf } from "./ticket-of.ts";

/** Renders the message for a kind of place. */
export type NoticeRenderer = (
  kind: NotifyConfig["kind"],
  report: Report,
  state: { status: AnalysisDetail["status"]; review: { decisions: readonly Decision[]; nowMs: number } },
) => NoticeContent;

/** What is posted. `id`: the same for each try. */
export type NoticePost = {
  id: string;
  content: NoticeContent;
  analysisId: string;
  ticket: string | null;
  again: boolean;
  pullRequest: boolean;
  nowMs: number;
};

export type NoticeParts = {
  notices: NoticeStore;
  places: readonly NotifyConfig[];
  getAnalysis(analysisId: string): Promise<AnalysisDetail>;
  listAlerts(incidentId: string, limit: number): Promise<{ alerts: IncidentAlert[] }>;
  /** @throws {IncidentError} if it was not posted */
  post(place: NotifyConfig, message: NoticePost, signal: AbortSignal | undefined): Promise<Posted>;
  now: () => number;
};

/** Tries of a message that is sent by itself, before a person has to. */
export const MAX_NOTICE_TRIES = 8;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;
const MAX_ALERTS = 200;

/**
 * What became of one try. `failure`: why it was not sent; a try that waits for the next one has one too. `wasThere`: it
 * was posted before.
 */
export type NoticeOutcome = { end: NoticeEnd; wasThere: boolean; failure: IncidentError | null };

/**
 * Sends a claimed notice, and records how that ended.
 *
 * @param options.retries later tries follow by themselves. @throws what `signal` says: the notice waits then.
 */
export async function sendNotice(
  parts: NoticeParts,
  notice: ReportNotice,
  options: {
    owner: string;
    render: NoticeRenderer;
    again: boolean;
    retries: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<NoticeOutcome> {
  const { notices, now } = parts;
  const settled = async (end: Partial<NoticeEnd>, rest: Partial<NoticeOutcome>): Promise<NoticeOutcome> => {
    const whole = { state: "waiting", why: null, link: null, dueMs: now(), nowMs: now(), ...end } as const;
    await notices.settleNotice(notice.id, options.owner, whole);
    return { end: whole, wasThere: false, failure: null, ...rest };
  };
  if (options.retries && notice.attempts > MAX_NOTICE_TRIES)
    return settled({ state: "failed", why: "each process that sent it ended before it was done" }, {});
  try {
    const { posted, skipped } = await postOf(parts, notice, options);
    return skipped === null
      ? await settled({ state: "sent", link: posted.link }, { wasThere: posted.wasThere })
      : await settled({ state: "skipped", why: whyOf(skipped) }, { failure: skipped });
  } catch (error) {
    if (options.signal?.aborted === true) {
      await settled(options.retries ? {} : { state: "failed", why: "it was interrupted" }, {});
      throw error;
    }
    if (!(error instanceof IncidentError)) throw error;
    const why = whyOf(error);
    if (!options.retries || !isPassing(error) || notice.attempts >= MAX_NOTICE_TRIES)
      return settled({ state: "failed", why }, { failure: error });
    return settled({ why, dueMs: now() + pauseMs(notice.attempts, error.retryAfterMs) }, { failure: error });
  }
}

/** Milliseconds until the next try: as long as the server says, or a pause that doubles. @param attempts 1 at first */
export const pauseMs = (attempts: number, retryAfterMs: number | null): number =>
  Math.max(retryAfterMs ?? 0, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1)));

const whyOf = ({ message, hint }: IncidentError): string => `${message} (${hint})`;

/** `skipped`: there is nothing to send, or nowhere to send it to. */
type PostResult = { posted: Posted; skipped: null } | { posted: null; skipped: IncidentError };

async function postOf(
  { places, getAnalysis, listAlerts, post, now }: NoticeParts,
  { id, analysisId, place: name, ticket: given, pullRequest }: ReportNotice,
  {
    render,
    again,
    retries,
    signal,
  }: { render: NoticeRenderer; again: boolean; retries: boolean; signal?: AbortSignal | undefined },
): Promise<PostResult> {
  const place = places.find((one) => one.name === name);
  if (place === undefined)
    throw new IncidentError("CONFIG", `notify has no entry ${name}`, {
      hint: "It had one when this message was queued: add it again.",
    });
  const { report, status, actions, incidentId } = await getAnalysis(analysisId);
  if (report === null)
    throw new IncidentError("NOT_FOUND", `analysis ${analysisId} has no report`, {
      hint: "Wait until it is done, then send it. If it was pruned, there is nothing to send.",
    });
  const ticket = given ?? (needsTicket(place.kind) ? ticketOf(place, await alertsOf(listAlerts, incidentId)) : null);
  if (ticket === null && needsTicket(place.kind))
    return skip("BAD_INPUT", `the alerts of ${incidentId} name no ticket of ${name}`, {
      hint: "Give --ticket. docs/notifications.md says how alerts name one.",
    });
  const review = { decisions: actions.flatMap(({ decision }) => decision ?? []), nowMs: now() };
  const content = render(place.kind, report, { status, review });
  const proposal = content.to === "ticket" && content.message.kind === "github" ? content.message.proposal : undefined;
  if (proposal?.isDraft === false && retries)
    return skip("REJECTED", `a runbook treats the cause that analysis ${analysisId} found`, {
      hint: "By itself, Causeway proposes only drafts for causes without a runbook. causeway send proposes the plan.",
    });
  if (proposal === null)
    return skip("REJECTED", `analysis ${analysisId} has no runbook to propose`, {
      hint: "A report has one if it drafted a runbook or proposes actions: causeway show --plan skill shows it.",
    });
  const message = { id, content, analysisId, ticket, again, pullRequest, nowMs: now() };
  return { posted: await post(place, message, signal), skipped: null };
}

const skip = (...[code, message, rest]: ConstructorParameters<typeof IncidentError>): PostResult => ({
  posted: null,
  skipped: new IncidentError(code, message, rest),
});

const alertsOf = async (listAlerts: NoticeParts["listAlerts"], incidentId: string): Promise<IncidentAlert[]> =>
  (await listAlerts(incidentId, MAX_ALERTS)).alerts;
