import type { Ownership } from "../triage/route.ts";
import type { Calibration } from "../rca/confidence.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder, MemoryStore } from "../domain/memory.ts";
import type { ModelRoutes, TraceTool } from "../domain/chat-model.ts";
import type { Policy } from "../domain/policy.ts";
import type { HumanNote } from "../domain/chat-thread.ts";
import type { AnalysisStore, ClaimWriter, IncidentStore, RunbookPageSource, RunbookSource } from "../domain/ports.ts";
import type { LoopBudget } from "../llm/loop-budget.ts";
import type { PageLibrary } from "../memory/pages/page-library.ts";
import type { AnalysisHandles } from "../telemetry/analysis-handles.ts";

/** The store of past incidents, the model that embeds their texts, and the tenant that owns them. */
export type Memory = { store: MemoryStore; embedder: Embedder; tenant: string };

/** The dependencies of the agent. `null` means "not configured". */
export type AgentDeps = {
  incidents: IncidentStore;
  telemetry: AnalysisHandles;
  store: AnalysisStore;
  memory: Memory | null;
  runbooks: RunbookSource;
  /** Pages that alerts link to; absent if none may be fetched. */
  pages?: RunbookPageSource | undefined;
  /** A team's own pages; absent if none are configured. */
  library?: PageLibrary | undefined;
  writer: ClaimWriter | null;
  /** The configured models, for questions beyond the explanation. Null or absent: no model is called. */
  models?: ModelRoutes | null | undefined;
  /** The limits of one investigation by a model; absent ones are those of `INVESTIGATION_BUDGET`. `off`: none. */
  investigation?: Partial<LoopBudget> | "off" | undefined;
  /** Traces what a model's tool calls run; absent: no span is made. */
  traceTool?: TraceTool | undefined;
  /** Notes of people on incidents; absent without a chat. */
  notes?: { notesOf(incidentId: string): Promise<HumanNote[]> } | undefined;
  /** Teams by the entities that they own. */
  owners: Ownership;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  /** Who must approve what. Absent: reports do not say so. */
  policy?: Policy | undefined;
  /** True if actions wait for a person. A bench has nobody to decide. */
  review: boolean;
  /** Time limit of one node, milliseconds. */
  nodeTimeoutMs: number;
  /** Replaces the calibration in use. A benchmark passes one that was fitted without a system. */
  calibration?: Calibration | undefined;
  /** Causes that the analysis does not know. A benchmark leaves some out, to measure faults without a rule. */
  withoutCauses?: ReadonlySet<string> | undefined;
  /** Versions of the programs that produced the report, for `report.versions`. */
  versions: Readonly<Record<string, string>>;
};
