import { IncidentError } from "../domain/errors.ts";
import type { Report } from "../domain/report.ts";
import type { ChatThread } from "../domain/chat-thread.ts";
import { verdictLines } from "../render/headline.ts";
import { neutral } from "../render/neutral.ts";
import type { SlackContext } from "./slack-context.ts";

/** Posts a picture of the series and the path, if pictures are allowed. A failed picture never fails the analysis. */
export async function postPicture(
  { draw, web, log, threads }: Pick<SlackContext, "draw" | "web" | "log" | "threads">,
  thread: ChatThread,
  report: Report,
): Promise<void> {
  const { channel, threadTs } = thread;
  if (draw === null || threadTs === null || thread.picturedId === report.analysis_id) return;
  try {
    const bytes = await draw(report);
    if (bytes === null) return;
    const title = `${neutral(report.incident_id, 80)}: ${neutral(verdictLines(report)[0] ?? "", 160)}`;
    await web.upload({
      channel,
      threadTs,
      name: `${report.analysis_id.replaceAll(/[^\w.-]/g, "-").slice(0, 80)}.png`,
      title,
      altText: title,
      bytes,
    });
    await threads.changeThread(thread.id, (now) => ({ ...now, picturedId: report.analysis_id }));
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    log.warn({ thread: thread.id, code: error.code }, `could not post the picture: ${error.message} (${error.hint})`);
  }
}
