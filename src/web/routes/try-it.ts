import { randomBytes } from "node:crypto";
import { readAlertText } from "../../app/alert-input.ts";
import { MAX_UPLOAD_BYTES } from "../../service/take-upload.ts";
import { analysisAddress } from "../incident/addresses.ts";
import { recordedName } from "../page-door.ts";
import type { Pages } from "../pages.ts";
import { type Pasted, readPasted } from "../try-it/pasted.ts";
import { tryPage } from "../try-it/try-page.ts";

/** Analyses of what a person pastes: an incident of its own, with uploads. */
export function addTryRoutes({ app, service, doors, open, take, send, now }: Pages): void {
  app.get("/try", async (c) => {
    const context = await open(c, "read");
    return send(c, context, tryPage(context));
  });

  /** The alerts open the incident if there are any; else it is made from the title. */
  const openIncident = async ({ title, alarmAtMs, alerts }: Pasted, by: string): Promise<string> => {
    if (alerts !== null) {
      const nowMs = now();
      const events = readAlertText(doors, alerts, "the text", { nowMs, onProblem: () => undefined });
      const key = `pasted-${randomBytes(8).toString("hex")}`;
      const { incidentIds } = await service.acceptAlerts(
        { source: "page", groupKey: key, alerts: events.map(({ event }) => event), truncatedAlerts: 0 },
        { deliveryId: key, receivedAtMs: nowMs },
      );
      const [incidentId] = incidentIds;
      if (incidentId !== undefined) return incidentId;
    }
    const { incident } = await service.createIncident(
      { title, id: null, severity: null, ...(alarmAtMs === null ? {} : { alarmAtMs }) },
      { idempotencyKey: null, by },
    );
    return incident.id;
  };

  app.post("/try", async (c) => {
    const { context, form } = await take(c, "analyse", MAX_UPLOAD_BYTES);
    const pasted = readPasted(form);
    const by = recordedName(context.user);
    const incidentId = await openIncident(pasted, by);
    for (const { name, framing, content } of pasted.files)
      await service.uploadLogs(incidentId, {
        name,
        framing,
        encoding: name.endsWith(".gz") ? "gzip" : "identity",
        content,
      });
    const { analysisId } = await service.submitAnalysis(incidentId, { idempotencyKey: null, by });
    return c.redirect(analysisAddress(analysisId), 303);
  });
}
