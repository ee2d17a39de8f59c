import { z } from "zod";
import { isoTime } from "../../domain/time.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import type { McpPorts } from "../ports.ts";
import { IncidentIdInput, limitInput } from "../schemas.ts";

/** Finds past incidents that resemble one. */
export const findSimilarIncidents = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "find_similar_incidents",
      title: "Find similar incidents",
      description:
        "Finds past incidents like an analyzed one: how likely each had the same cause, why, and how it ended. A past " +
        "outcome is a prior and never a proof.",
      scope: "read",
      writes: false,
      asksOutside: false,
      input: { incident_id: IncidentIdInput, limit: limitInput(5, 20) },
      output: {
        similar: z.array(
          z.object({
            incident_id: z.string(),
            title: z.string(),
            entity: z.string().nullable(),
            cause: z.string().nullable(),
            outcome: z.string(),
            at: z.string(),
            probability: z.number(),
            why: z.string(),
          }),
        ),
      },
    },
    ports,
    async ({ incident_id: incidentId, limit }) => {
      const similar = await ports.causeway.similarIncidents(incidentId, limit);
      return {
        similar: similar.map(({ incidentId: id, title, entity, cause, outcome, atMs, probability, why }) => ({
          incident_id: id,
          title,
          entity,
          cause,
          outcome,
          at: isoTime(atMs),
          probability,
          why,
        })),
      };
    },
  );

/** Finds runbooks, and pages of the team. */
export const findRunbooks = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "find_runbooks",
      title: "Find runbooks",
      description:
        "Finds runbooks by the id of a cause, or by words, and the team's own page for an alert if folders of pages are " +
        "configured. Runbooks are for people: nothing is run.",
      scope: "read",
      writes: false,
      asksOutside: false,
      input: {
        words: z.string().min(1).max(500).describe("the name of an alert, the id of a cause, or words"),
        labels: z
          .record(z.string().max(200), z.string().max(1_000))
          .optional()
          .describe("labels of the alert, such as service: checkout"),
        limit: limitInput(5, 20),
      },
      output: {
        runbooks: z.array(
          z.object({
            name: z.string(),
            description: z.string(),
            causes: z.array(z.string()),
            steps: z.array(z.string()),
          }),
        ),
        pages: z.array(
          z.object({
            page: z.string(),
            section: z.string().nullable(),
            title: z.string(),
            certainty: z.string().nullable(),
          }),
        ),
        notes: z.array(z.string()),
      },
    },
    ports,
    async ({ words, labels, limit }, { signal }) => {
      const { runbooks, pages, notes } = await ports.findRunbooks({ words, labels: labels ?? {}, limit, signal });
      return {
        runbooks: runbooks.map(({ causes, steps, ...rest }) => ({ ...rest, causes: [...causes], steps: [...steps] })),
        pages,
        notes,
      };
    },
  );
