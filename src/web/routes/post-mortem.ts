import { IncidentError } from "../../domain/errors.ts";
import { type PostMortemDraft, postMortemDraft, postMortemMarkdown } from "../../render/post-mortem.ts";
import { postMortemPage } from "../incident/post-mortem-page.ts";
import type { Pages } from "../pages.ts";

/** The draft of a post-mortem: as a page to print, and as Markdown. */
export function addPostMortemRoutes({ app, service, open, send, now }: Pages): void {
  const draftOf = async (analysisId: string): Promise<PostMortemDraft> => {
    const { id, incidentId, report, actions } = await service.getAnalysis(analysisId);
    if (report === null)
      throw new IncidentError("NOT_FOUND", `analysis ${id} has no report yet`, { hint: "Wait until it is done." });
    const decisions = actions.flatMap(({ decision }) => (decision === null ? [] : [decision]));
    return postMortemDraft(report, { decisions, nowMs: now() }, await service.notesOf(incidentId));
  };

  app.get("/analyses/:analysisId/post-mortem", async (c) => {
    const context = await open(c, "read");
    const analysisId = c.req.param("analysisId");
    return send(c, context, postMortemPage(await draftOf(analysisId), analysisId));
  });

  app.get("/analyses/:analysisId/post-mortem.md", async (c) => {
    await open(c, "read");
    const markdown = postMortemMarkdown(await draftOf(c.req.param("analysisId")));
    return c.body(markdown, 200, {
      "content-type": "text/markdown; charset=utf-8",
      "content-disposition": 'attachment; filename="post-mortem.md"',
      "x-content-type-options": "nosniff",
    });
  });
}
