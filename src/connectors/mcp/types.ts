import type { DotPath } from "../webhooks/dot-path.ts";

/** Signals that a tool can be mapped to. */
export const MCP_SIGNALS = ["metric", "log", "alert", "change"] as const;
export type McpSignal = (typeof MCP_SIGNALS)[number];

/** A value of the arguments: text may hold placeholders such as `{start}`. */
export type ArgumentTemplate =
  | string
  | number
  | boolean
  | null
  | readonly ArgumentTemplate[]
  | { readonly [name: string]: ArgumentTemplate };

/**
 * One tool that the operator allows. `result`: path to the rows in its answer; empty for the whole. `fields`: paths
 * within a row, by the name of the field that they fill. `isTrusted`: the operator vouches that it only reads, although
 * the server does not say so. `sha256`: of its definition; null if any is accepted at first.
 */
export type McpToolMapping = {
  tool: string;
  signal: McpSignal;
  arguments: { readonly [name: string]: ArgumentTemplate };
  result: DotPath;
  fields: Readonly<Record<string, DotPath>>;
  isTrusted: boolean;
  sha256: string | null;
};

/** What a call gave: a JSON value, or the text of the answer if it is none. */
export type McpAnswer = { data: unknown; text: string };

/**
 * A connection to a server of tools, for one analysis. It has its limits.
 *
 * @throws {IncidentError} UNAVAILABLE when the server is down, slow or dies; REJECTED for a tool that is not allowed, an
 *   error of the tool, and when a limit is reached; BAD_RESPONSE for an answer that is too large or too deep.
 */
export type McpDoor = {
  call(mapping: McpToolMapping, args: Record<string, unknown>, signal?: AbortSignal): Promise<McpAnswer>;
  /** Whether the tool exists and may be called, with the digest of its definition. */
  inspect(mapping: McpToolMapping, signal?: AbortSignal): Promise<{ sha256: string; server: string }>;
};
