import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { IncidentError } from "../domain/errors.ts";
import { redactSecrets } from "../domain/redact.ts";
import { renderMarkdown } from "../render/markdown.ts";
import { neutral } from "../render/neutral.ts";
import type { McpCaller, McpPorts } from "./ports.ts";
import { reportOf } from "./tools/reports.ts";
import { NOTICE } from "./untrusted.ts";

const SCHEME = "causeway://reports/";
/** Reports that a client can browse. Any other is read by its id. */
const LISTED = 50;
const MARKDOWN = "text/markdown";
/** Characters of one report. Scripts make a report long; nothing makes it this long but telemetry. */
const MAX_CHARS = 200_000;

/** Reports as markdown, the newest first. */
export function registerReports(server: McpServer, ports: McpPorts, { scopes }: McpCaller): void {
  if (!scopes.includes("read")) return;
  const template = new ResourceTemplate(`${SCHEME}{analysis_id}`, {
    async list() {
      const all = await ports.causeway.listAnalyses({ limit: LISTED });
      const conclusions = await ports.causeway.conclusionsOf(all.map(({ id }) => id));
      return {
        resources: all
          .filter(({ id }) => conclusions.has(id))
          .map(({ id, incidentId }) => {
            const { verdict, entity } = conclusions.get(id) ?? {};
            return {
              uri: `${SCHEME}${encodeURIComponent(id)}`,
              name: id,
              title: neutral(`${incidentId}: ${verdict ?? ""}${entity == null ? "" : `, ${entity}`}`, 200),
              mimeType: MARKDOWN,
            };
          }),
      };
    },
  });
  const metadata = {
    title: "Report of an analysis",
    description: "The report as markdown, with the proposed scripts that wait for a person's approval.",
    mimeType: MARKDOWN,
  };
  server.registerResource("report", template, metadata, async (uri, { analysis_id: id }) => {
    const text = await markdownOf(ports, String(id)).catch((error: unknown) => {
      if (error instanceof IncidentError && error.code === "NOT_FOUND") throw new ResourceNotFoundError(uri.href);
      throw error;
    });
    return { contents: [{ uri: uri.href, mimeType: MARKDOWN, text }] };
  });
}

async function markdownOf(ports: McpPorts, analysisId: string): Promise<string> {
  const text = renderMarkdown(await reportOf(ports, analysisId));
  const shown = text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS).toWellFormed()}\n\n(cut)\n`;
  return `> ${NOTICE}\n\n${redactSecrets(shown)}`;
}
