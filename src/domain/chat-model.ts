import type { ModelJudgement, ModelSpend } from "./model-verdict.ts";
import type { ModelUse } from "./ports.ts";

/** What a model is used for. Each task has its own prompt, and may have models and limits of its own. */
export const MODEL_TASKS = ["explain", "investigate", "ask", "judge", "runbook"] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** A JSON Schema (draft 2020-12), as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Something that a model may call. `input`: an object schema. */
export type ModelTool = { name: string; description: string; input: JsonSchema };
/** A call by the model. `input`: parsed JSON, not validated; a string if it was not JSON. */
export type ModelToolCall = { id: string; name: string; input: unknown };
/** Runs a tool's code within a trace span. What `run` throws passes. */
export type TraceTool = <T>(call: Pick<ModelToolCall, "id" | "name">, run: () => Promise<T>) => Promise<T>;

/** One message of a conversation. `tool`: the result of the call with this id. */
export type ModelMessage =
  | { role: "system" | "user"; text: string }
  | { role: "assistant"; text: string; calls: readonly ModelToolCall[] }
  | { role: "tool"; callId: string; text: string };

/** The prompt file that the static prefix came from. `sha256`: of the prefix, tools included, in hex. */
export type PromptVersion = { name: string; version: number; sha256: string };

/**
 * One request. The messages begin with the static prefix, which is the same to the byte for every incident, so that
 * servers can cache it. Data of the incident comes last.
 *
 * - `tools`: empty if the model may call none.
 * - `answer`: the form of the final answer; null for free text.
 * - `sample`: 0, or the number of a repeated sample of the same request (self-consistency).
 * - `question`: the words of a person as the messages hold them, quoted or not. Only the semantic cache reads this.
 */
export type ModelRequest = {
  task: ModelTask;
  prompt: PromptVersion;
  messages: readonly ModelMessage[];
  tools: readonly ModelTool[];
  answer: { name: string; description: string; schema: JsonSchema } | null;
  maxOutputTokens: number | null;
  sample: number;
  question?: string | undefined;
};

/** Why the model stopped. `length`: the answer is cut. `filtered`: the server refused to show it. */
export const MODEL_FINISHES = ["stop", "length", "tool_calls", "filtered", "unknown"] as const;
export type ModelFinish = (typeof MODEL_FINISHES)[number];

/**
 * One reply.
 *
 * - `text`: without the model's reasoning. With `answer` in the request, the JSON that it wrote, not yet validated.
 * - `use`: null if the server does not count tokens.
 * - `model`: the model and version that the server reports.
 * - `firstTokenMs`, `totalMs`: since the request was sent. `firstTokenMs` is null if the reply did not stream.
 * - `cached`: true if the reply came from Causeway's own cache and cost nothing. `cachedBy`: which one; absent: `exact`.
 * - `callId`: the call's row in the ledger, for `ModelRoutes.judge`. Only a model of `ModelRoutes` gives one.
 * - `cacheKeys`: where the caches keep this reply; for `ModelRoutes`, which drops it once it is judged to be bad.
 */
export type ModelReply = {
  text: string;
  calls: readonly ModelToolCall[];
  use: ModelUse | null;
  model: string;
  finish: ModelFinish;
  firstTokenMs: number | null;
  totalMs: number;
  cached: boolean;
  cachedBy?: "exact" | "semantic" | undefined;
  callId?: string | undefined;
  cacheKeys?: readonly string[] | undefined;
};

/** A language model behind an API. It keeps nothing between two requests. */
export interface ChatModel {
  readonly name: string;
  /** The server's address, without secrets. */
  readonly server: string;
  /** The longest conversation in tokens, answer included. Absent or null: unknown. */
  readonly contextTokens?: number | null;
  /**
   * @throws {ContextOverflow} for a request that is longer than the context; a shorter one may be sent.
   * @throws {IncidentError} UNAVAILABLE when the server is down, overloaded or too slow; REJECTED for a key, model or
   *   request that it refuses, and when a budget is spent; BAD_RESPONSE for a body that is not a completion. An aborted
   *   `signal` throws its own reason.
   */
  complete(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
}

/** On whose behalf a model is called. Budgets, caches and the ledger go by it. `analysisId` null: outside of one. */
export type ModelContext = { analysisId: string | null; incidentId: string | null };

/** The configured models. Every call through them is redacted, counted against its budgets and recorded. */
export interface ModelRoutes {
  /** The models for a task, the cheapest first. Empty if the task has none. */
  modelsFor(task: ModelTask, context: ModelContext): readonly ChatModel[];
  /**
   * Records what became of an answer; the caches drop a bad one. Changes nothing without a `callId`. Never throws for a
   * ledger that is down.
   */
  judge?(callId: string | undefined, judgement: ModelJudgement): Promise<void>;
  /** What an analysis has spent on models so far, those of earlier processes included. */
  spendOf?(analysisId: string): Promise<ModelSpend>;
}
