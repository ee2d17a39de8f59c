/** One call of a read-only diagnostic tool. `args`: in the order in which the tool declares them. */
export type ToolCall = { tool: string; args: Readonly<Record<string, string | number | boolean>> };

/**
 * The reply to a call. `missing`: this call was never recorded or is not allowed, which proves nothing about the
 * system. `invalid`: there is no such tool, or it does not take these arguments.
 */
export type Observation = { kind: "answer" | "missing" | "invalid"; text: string };

/** A system that an agent asks step by step: a recording, or a live system behind an orchestrator. */
export type Environment = { act(action: ToolCall): Promise<Observation> };
