import type { Ownership } from "../triage/route.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder, MemoryStore } from "../domain/memory.ts";
import type { HumanNote } from "../domain/chat-thread.ts";
import type { AnalysisStore, ClaimWriter, IncidentStore, RunbookPageSource, RunbookSource } from "../domain/ports.ts";
import type { AnalysisHandles } from "../telemetry/analysis-handles.ts";

/** Where past incidents are remembered, what makes their texts comparable, and whose they are. */
export type Memory = { store: MemoryStore; embedder: Embedder; tenant: string };

/** All that the machine reaches for. `null` means "not configured". */
export type AgentDeps = {
  incidents: IncidentStore;
  telemetry: AnalysisHandles;
  store: AnalysisStore;
  memory: Memory | null;
  runbooks: RunbookSource;
  /** Pages that alerts point to; absent where none may be asked for. */
  pages?: RunbookPageSource | undefined;
  writer: ClaimWriter | null;
  /** What people noted on incidents; absent where nobody can. */
  notes?: { notesOf(incidentId: string): Promise<HumanNote[]> } | undefined;
  /** Who answers for what. */
  owners: Ownership;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  /** Whether actions wait for a person. A bench has nobody to ask. */
  review: boolean;
  /** How long one node may take, milliseconds. */
  nodeTimeoutMs: number;
  /** What produced the report, by name, for `report.versions`. */
  versions: Readonly<Record<string, string>>;
};
