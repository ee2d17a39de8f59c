import { z } from "zod";
import type { QueryLimits } from "../../connectors/http/query-limits.ts";
import { PLACEHOLDERS } from "../../connectors/mcp/fill-arguments.ts";
import { MCP_FIELDS } from "../../connectors/mcp/read-rows.ts";
import { type ArgumentTemplate, MCP_SIGNALS, type McpToolMapping } from "../../connectors/mcp/types.ts";
import { parseDotPath } from "../../connectors/webhooks/dot-path.ts";
import { IncidentError } from "../../domain/errors.ts";
import { BACKEND_KEYS, type BackendConfig, limitsOf, maskBackend, readBackend } from "./settings.ts";

const Path = z
  .string()
  .max(500)
  .transform((text, context) => {
    const path = parseDotPath(text);
    if (path !== null) return path;
    context.addIssue("a path such as data.result");
    return z.NEVER;
  });
const Template: z.ZodType<ArgumentTemplate> = z.lazy(() =>
  z.union([
    z.string().refine(hasKnownPlaceholders, `placeholders are ${PLACEHOLDERS.map((name) => `{${name}}`).join(", ")}`),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(Template),
    z.record(z.string(), Template),
  ]),
);

function hasKnownPlaceholders(text: string): boolean {
  const known: readonly string[] = PLACEHOLDERS;
  return [...text.matchAll(/\{([a-z_]+)\}/g)].every(([, name = ""]) => known.includes(name));
}

const ToolFile = z.strictObject({
  tool: z.string().min(1).max(200),
  signal: z.enum(MCP_SIGNALS),
  arguments: z.record(z.string(), Template).optional(),
  result: Path.optional(),
  fields: z.partialRecord(z.enum(MCP_FIELDS), Path).optional(),
  trusted: z.boolean().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits, as `causeway doctor` shows them")
    .optional(),
});

const { links: _links, link: _link, tenant: _tenant, ...SERVER_KEYS } = { link: undefined, ...BACKEND_KEYS };

/** A server of the Model Context Protocol, whose tools are mapped to signals. */
export const McpFile = z.strictObject({
  kind: z.literal("mcp"),
  ...SERVER_KEYS,
  /** A program to start, with its arguments, in place of `url`. */
  command: z.array(z.string().min(1)).min(1).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a variable"), z.string()).optional(),
  tools: z.array(ToolFile).min(1),
});
type McpFile = z.infer<typeof McpFile>;

/** `http`: the server at an address; `program`: the one to start. One of them is null. */
export type McpConfig = {
  kind: "mcp";
  name: string;
  http: BackendConfig | null;
  program: { command: string; args: readonly string[]; env: Readonly<Record<string, string>> } | null;
  timeoutMs: number;
  limits: QueryLimits;
  tools: readonly McpToolMapping[];
};

const TIMEOUT_MS = 30_000;

/** @throws {IncidentError} CONFIG */
export function readMcp(file: McpFile, place: string): McpConfig {
  const {
    command: [command, ...args] = [],
    env = {},
    tools,
    timeoutMs = TIMEOUT_MS,
    limits,
    kind: _kind,
    ...rest
  } = file;
  if ((command === undefined) === (rest.url === undefined))
    throw new IncidentError("CONFIG", `${place} (mcp) needs either url or command`, {
      hint: `Set ${place}.url for a server, or ${place}.command for a program to start.`,
    });
  return {
    kind: "mcp",
    name: file.name ?? "mcp",
    http: command === undefined ? readBackend({ ...rest, timeoutMs, limits }, "mcp", place) : null,
    program: command === undefined ? null : { command, args, env },
    timeoutMs,
    limits: limitsOf(limits),
    tools: tools.map((tool) => ({
      tool: tool.tool,
      signal: tool.signal,
      arguments: tool.arguments ?? {},
      result: tool.result ?? [],
      fields: tool.fields ?? {},
      isTrusted: tool.trusted ?? false,
      sha256: tool.sha256 ?? null,
    })),
  };
}

/** The same without secrets: the variables of a program may hold them, and so may its arguments. */
export const maskMcp = (config: McpConfig): McpConfig => ({
  ...config,
  http: config.http && maskBackend(config.http),
  program: config.program && {
    ...config.program,
    args: config.program.args.map(() => "***"),
    env: Object.fromEntries(Object.keys(config.program.env).map((name) => [name, "***"])),
  },
});
