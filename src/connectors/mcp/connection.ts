import { createHash } from "node:crypto";
import type { Client, jsonSchemaValidator, Tool, Transport } from "@modelcontextprotocol/client";
import { canonicalJson } from "../../domain/canonical-json.ts";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { redactSecrets } from "../../domain/redact.ts";
import { type QueryLimits, queryBudget } from "../http/query-limits.ts";
import { readAnswer, type McpToolResult, withoutSecrets } from "./read-answer.ts";
import type { McpDoor, McpToolMapping } from "./types.ts";

/**
 * A server of tools. `open` makes a transport that has not started; `secrets`: settings that must not be quoted.
 * `limits`: of one analysis.
 */
export type McpServerSettings = {
  label: string;
  hint: string;
  timeoutMs: number;
  limits: QueryLimits;
  secrets: readonly string[];
  open: () => Promise<Transport>;
};
/** An open server. `forAnalysis`: the door of one analysis; connections are shared. */
export type McpBackend = { forAnalysis(): McpDoor; close(): Promise<void> };

const MAX_PAGES = 20;
/** Accepts everything: schemas of a server are not run, and what is read of an answer is checked here. */
const NO_VALIDATION: jsonSchemaValidator = {
  getValidator<T>() {
    return (input: unknown) => ({ valid: true, data: input as T & {}, errorMessage: undefined });
  },
};

type Tools = ReadonlyMap<string, Tool>;

export function openMcpBackend(settings: McpServerSettings): McpBackend {
  const { label, limits, timeoutMs, secrets } = settings;
  /** Digests of the tools as they were when this process used them first. */
  const accepted = new Map<string, string>();
  let connecting: Promise<Client> | null = null;
  let isClosed = false;

  const drop = async (): Promise<void> => {
    const dropped = connecting;
    connecting = null;
    await dropped?.then((client) => client.close()).catch(() => undefined);
  };
  /** Anything that the server or the library does wrong is a failure of the source. The connection is not used again. */
  const failed = (error: unknown): IncidentError => {
    if (error instanceof IncidentError) return error;
    void drop();
    const why = redactSecrets(withoutSecrets(messageOf(error).slice(0, 1_000), secrets))
      .slice(0, 300)
      .toWellFormed();
    return new IncidentError("UNAVAILABLE", `${label} did not answer: ${why}`, { hint: settings.hint, cause: error });
  };
  const connected = async (): Promise<Client> => {
    if (isClosed) throw new IncidentError("UNAVAILABLE", `${label} is closed`, { hint: settings.hint });
    connecting ??= connect(settings);
    return connecting;
  };
  /** The tools as they are now: a server may change them between two analyses. */
  const listed = async (signal: AbortSignal): Promise<Tools> => {
    const client = await connected();
    const { tools } = await client.listTools(undefined, { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs });
    return new Map(tools.map((tool) => [tool.name, tool]));
  };
  const allowed = async (
    mapping: McpToolMapping,
    tools: Tools,
  ): Promise<{ client: Client; sha256: string; server: string }> => {
    const client = await connected();
    const tool = tools.get(mapping.tool);
    if (tool === undefined) throw noTool(label, mapping, [...tools.keys()]);
    const sha256 = digestOf(tool);
    requireUnchanged(label, mapping, sha256, accepted.get(mapping.tool));
    if (tool.annotations?.readOnlyHint !== true && !mapping.isTrusted) throw notReadOnly(label, mapping);
    accepted.set(mapping.tool, sha256);
    const { name = "", version = "" } = client.getServerVersion() ?? {};
    return { client, sha256, server: `${name} ${version}`.slice(0, 80) };
  };
  const bounded = async <T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any(signal === undefined ? [deadline] : [deadline, signal]);
    const late = Promise.withResolvers<never>();
    const abort = (): void => late.reject(new Error(`no answer within ${timeoutMs} ms`));
    stop.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([work(stop), late.promise]);
    } catch (error) {
      signal?.throwIfAborted();
      throw failed(error);
    } finally {
      stop.removeEventListener("abort", abort);
    }
  };

  return {
    forAnalysis() {
      const budget = queryBudget(label, limits);
      let listing: Promise<Tools> | null = null;
      const tools = (signal: AbortSignal): Promise<Tools> => {
        listing ??= listed(signal).catch((error: unknown) => {
          listing = null; // the next call tries again
          throw error;
        });
        return listing;
      };
      return {
        call(mapping, args, signal) {
          budget.takeQuery();
          const startedMs = performance.now();
          return bounded(signal, async (stop) => {
            const { client } = await allowed(mapping, await tools(stop));
            const options = { signal: stop, timeout: timeoutMs, maxTotalTimeout: timeoutMs };
            const answer = (await client.callTool({ name: mapping.tool, arguments: args }, options)) as McpToolResult;
            const read = readAnswer(answer, `${label} (${mapping.tool})`, secrets);
            budget.takeBytes(read.text.length);
            return read;
          }).finally(() => budget.takeTime(performance.now() - startedMs));
        },
        inspect: (mapping, signal) =>
          bounded(signal, async (stop) => {
            const { sha256, server } = await allowed(mapping, await tools(stop));
            return { sha256, server };
          }),
      };
    },
    async close() {
      isClosed = true;
      await drop();
    },
  };
}

async function connect({ open, timeoutMs }: McpServerSettings): Promise<Client> {
  const { Client: McpClient } = await import("@modelcontextprotocol/client");
  const client = new McpClient(
    { name: "causeway", version: "1" },
    {
      versionNegotiation: { mode: "auto", probe: { timeoutMs: Math.min(timeoutMs, 5_000) } },
      jsonSchemaValidator: NO_VALIDATION,
      listMaxPages: MAX_PAGES,
    },
  );
  const options = { timeout: timeoutMs, maxTotalTimeout: timeoutMs };
  try {
    await client.connect(await open(), options);
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
}

/** Everything by which a model or a program would know the tool. */
const digestOf = ({ name, description, inputSchema, outputSchema, annotations }: Tool): string =>
  createHash("sha256")
    .update(canonicalJson({ name, description, inputSchema, outputSchema, annotations }))
    .digest("hex");

function requireUnchanged(
  label: string,
  { tool, sha256 }: McpToolMapping,
  found: string,
  before: string | undefined,
): void {
  const expected = sha256 ?? before ?? found;
  if (expected === found) return;
  throw new IncidentError("REJECTED", `the tool ${tool} of ${label} is not the one that was allowed`, {
    hint:
      sha256 === null
        ? "Its definition changed while Causeway ran. Look at it, then restart Causeway."
        : `Look at it; its definition now has the sha256 ${found}.`,
  });
}

const noTool = (label: string, { tool }: McpToolMapping, known: readonly string[]): IncidentError =>
  new IncidentError("REJECTED", `${label} has no tool ${tool}`, {
    hint: `It has ${known.length}: ${known.slice(0, 20).join(", ").slice(0, 400)}.`,
  });

const notReadOnly = (label: string, { tool }: McpToolMapping): IncidentError =>
  new IncidentError("REJECTED", `the tool ${tool} of ${label} does not say that it only reads (readOnlyHint)`, {
    hint: "If you know that it changes nothing, set `trusted: true` for this tool.",
  });
