import type { Chat } from "../app/chat.ts";
import { incidentPicture, wantedSeries } from "../render/picture/incident-picture.ts";
import type { DrawPicture } from "./slack-context.ts";

/** Draws the findings of an analysis from its recorded series. */
export const drawWith =
  ({ seriesOf, toPng }: Pick<Chat, "seriesOf" | "toPng">): DrawPicture =>
  async (report) => {
    const svg = incidentPicture(report, await seriesOf(report, wantedSeries(report)));
    return svg === null ? null : toPng(svg);
  };
