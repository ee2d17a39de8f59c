import { createHash, randomUUID } from "node:crypto";
import { IncidentError } from "../../domain/errors.ts";
import type { ReportNotice, NoticeRequest } from "../../domain/notice.ts";
import { type NoticeOutcome, type NoticeParts, type NoticeRenderer, sendNotice } from "./send-notice.ts";

/** A claim holds longer than all tries of one sending take. Milliseconds. */
export const NOTICE_CLAIM_MS = 300_000;
export const LONGEST_SENDING_MS = 240_000;
const MAX_LISTED = 1_000;

export type SendRequest = NoticeRequest & { again: boolean; signal?: AbortSignal | undefined };
/** `sentBefore`: nothing was posted, because it was sent before. */
export type SendResult = { notice: ReportNotice; outcome: NoticeOutcome | null; sentBefore: boolean };

/** Sending of reports by hand. */
export type Notices = {
  /** Sends a report to one place, once. @throws {IncidentError} BUSY while another process sends it */
  send(request: SendRequest, render: NoticeRenderer): Promise<SendResult>;
  /** Sends a message that failed or was skipped. @throws {IncidentError} NOT_FOUND */
  retry(noticeId: string, render: NoticeRenderer, signal?: AbortSignal): Promise<SendResult>;
  /** What was given up, the newest first. */
  failed(): Promise<ReportNotice[]>;
};

/** The same for each request to send the same to the same place. */
export const noticeIdOf = ({ analysisId, place, ticket, pullRequest }: NoticeRequest): string =>
  `msg-${createHash("sha256")
    .update(JSON.stringify([analysisId, place, ticket, pullRequest]))
    .digest("hex")
    .slice(0, 16)}`;

export function noticesOf(parts: NoticeParts): Notices {
  const { notices, now } = parts;

  async function send({ again, signal, ...request }: SendRequest, render: NoticeRenderer): Promise<SendResult> {
    const owner = randomUUID();
    const { claimed, isBusy, notice } = await notices.claimNotice(
      { ...request, id: noticeIdOf(request) },
      { owner, untilMs: now() + NOTICE_CLAIM_MS },
      { nowMs: now(), again },
    );
    if (isBusy)
      throw new IncidentError("BUSY", `another process sends ${request.analysisId} to ${request.place} now`, {
        hint: "Wait until it is done.",
      });
    if (!claimed) return { notice, outcome: null, sentBefore: true };
    const outcome = await sendNotice(parts, notice, { owner, render, again, retries: false, signal });
    return { notice, outcome, sentBefore: false };
  }

  return {
    send,
    async retry(noticeId, render, signal) {
      const notice = await notices.findNotice(noticeId);
      if (notice === null)
        throw new IncidentError("NOT_FOUND", `there is no message ${noticeId.slice(0, 80)}`, {
          hint: "causeway send --failed lists those that were not sent.",
        });
      const { analysisId, place, ticket, pullRequest } = notice;
      return send({ analysisId, place, ticket, pullRequest, again: false, signal }, render);
    },
    failed: () => notices.listNotices({ state: "failed", limit: MAX_LISTED }),
  };
}
