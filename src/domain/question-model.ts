import type { ModelUse } from "./ports.ts";

/** One prompt: what to do, and the text to do it with. */
export type QuestionPrompt = { system: string; user: string };
/** `use` is null when the server does not report it. */
export type QuestionReply = { text: string; use: ModelUse | null };

/** A language model that answers one prompt at a time and remembers nothing of the prompts before. */
export interface QuestionModel {
  readonly name: string;
  /** The server's address, without secrets. */
  readonly server: string;
  /** @throws {IncidentError} UNAVAILABLE, REJECTED or BAD_RESPONSE. */
  reply(prompt: QuestionPrompt, signal: AbortSignal): Promise<QuestionReply>;
}
