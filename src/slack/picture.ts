import { IncidentError } from "../domain/errors.ts";
import type { Report } from "../domain/report.ts";
import type { Room } from "../domain/room.ts";
import { blame } from "../render/headline.ts";
import { neutral } from "../render/neutral.ts";
import type { Desk } from "./desk.ts";

/** Posts what the series and the path look like, where that may be posted. A picture is never worth failing for. */
export async function postPicture(
  { draw, web, log, rooms }: Pick<Desk, "draw" | "web" | "log" | "rooms">,
  room: Room,
  report: Report,
): Promise<void> {
  const { channel, threadTs } = room;
  if (draw === null || threadTs === null || room.picturedId === report.analysis_id) return;
  try {
    const bytes = await draw(report);
    if (bytes === null) return;
    const title = `${neutral(report.incident_id, 80)}: ${neutral(blame(report)[0] ?? "", 160)}`;
    await web.upload({
      channel,
      threadTs,
      name: `${report.analysis_id.replaceAll(/[^\w.-]/g, "-").slice(0, 80)}.png`,
      title,
      altText: title,
      bytes,
    });
    await rooms.changeRoom(room.id, (now) => ({ ...now, picturedId: report.analysis_id }));
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    log.warn({ room: room.id, code: error.code }, `no picture was posted: ${error.message} (${error.hint})`);
  }
}
