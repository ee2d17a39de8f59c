import { z } from "zod";

const Id = z.string().min(1).max(200);
export const IncidentIdInput = Id.describe("the id of an incident, as list_incidents gives it");
export const AnalysisIdInput = Id.describe("the id of an analysis, as list_analyses or analyze_incident gives it");

/** Items of one page. A page also ends when it is large enough. */
export const limitInput = (usual: number, most: number) => z.number().int().min(1).max(most).default(usual);
