import type { McpConfig } from "../../config.ts";
import { authHeaders, authSecrets } from "../../connectors/http/auth.ts";
import { openHttpDoor } from "../../connectors/http.ts";
import { openMcpBackend } from "../../connectors/mcp/connection.ts";
import { mcpSources } from "../../connectors/mcp/sources.ts";
import { httpTransport, stdioTransport } from "../../connectors/mcp/transports.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/** Names of variables that hold secrets. Other values, such as an environment's name, also stand in telemetry. */
const SECRET = /token|key|secret|pass|auth|cred/i;

/** The mapped tools of a server of the Model Context Protocol. It is not started or reached before it is needed. */
export function openMcp(config: McpConfig, { proxy }: BackendDeps): LiveBackend {
  const { name, http, program, timeoutMs, limits, tools } = config;
  const label = name === "mcp" ? "the MCP server" : `the MCP server "${name}"`;
  const door = http === null ? null : openHttpDoor({ ...http, label, proxy, timeouts: { totalMs: timeoutMs } });
  const headers = http === null ? {} : { ...http.headers, ...authHeaders(http.auth) };
  const backend = openMcpBackend({
    label,
    hint: http === null ? `Start ${program?.command ?? "it"} by hand: does it run?` : `Check ${http.settings.address}.`,
    timeoutMs,
    limits,
    secrets: [
      ...(http === null ? [] : [...authSecrets(http.auth), ...Object.values(http.headers)]),
      ...Object.entries(program?.env ?? {}).flatMap(([variable, value]) => (SECRET.test(variable) ? [value] : [])),
    ],
    open: () =>
      http !== null && door !== null
        ? httpTransport(http.url, headers, door.fetch)
        : stdioTransport(program ?? { command: "", args: [], env: {} }),
  });
  return {
    sources: () => mcpSources(name, backend.forAnalysis(), tools),
    async close() {
      await backend.close();
      await door?.close();
    },
  };
}
