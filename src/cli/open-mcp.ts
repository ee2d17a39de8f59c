import type { Config } from "../config.ts";
import type { Log } from "../domain/log.ts";
import type { McpEndpoint } from "../mcp/http-endpoint.ts";
import type { CausewayService } from "../service/causeway-service.ts";

/** MCP at `/mcp`, over the queue of the service. */
export async function openMcp(
  config: Config,
  { service, log, now, closing }: { service: CausewayService; log: Log; now: () => number; closing: AbortSignal },
): Promise<McpEndpoint> {
  const [{ runbookSearch, triageText }, { mcpEndpoint }, { runsQueued }] = await Promise.all([
    import("../compose/mcp.ts"),
    import("../mcp/http-endpoint.ts"),
    import("../mcp/runs-queued.ts"),
  ]);
  const runs = runsQueued(service, closing);
  return mcpEndpoint({
    causeway: service,
    runs,
    findRunbooks: runbookSearch(config),
    triage: triageText(config, now),
    log,
  });
}
