import type { Command } from "commander";
import { Readable, Writable } from "node:stream";
import { IncidentError } from "../../domain/errors.ts";
import { type Io, tell } from "../io.ts";
import { collect } from "./analyze.ts";

type McpFlags = { data?: string[]; llm: boolean };

/** `causeway mcp`: the tools for a program that starts this one and speaks MCP over its standard streams. */
export function defineMcp(mcp: Command, io: Io): void {
  mcp
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--no-llm", "do not use a model, even if one is configured")
    .action(async (flags: McpFlags) => {
      const [{ createLog }, { runbookSearch, triageText }, { openCauseway }, { loadConfig }, { serveMcpOver }, here] =
        await Promise.all([
          import("../../compose/log.ts"),
          import("../../compose/mcp.ts"),
          import("../../compose/open-causeway.ts"),
          import("../../config.ts"),
          import("../../mcp/stdio.ts"),
          import("../../mcp/runs-here.ts"),
        ]);
      const { input, output } = streamsOf(io);
      const config = loadConfig(flags, io.env);
      const log = createLog(config, io.stderr);
      const causeway = await openCauseway(config, { log, now: io.now });
      const runs = here.runsHere(causeway);
      try {
        tell(io, "Causeway serves MCP on its standard streams. It ends when its input does.");
        const ports = { causeway, runs, findRunbooks: runbookSearch(config), triage: triageText(config, io.now), log };
        await serveMcpOver(ports, { input, output, signal: io.signal });
      } finally {
        await runs.stopAll();
        await causeway.close();
      }
    });
}

/** The protocol needs real streams. */
function streamsOf(io: Io): { input: Readable; output: Writable } {
  const [input, output] = [io.stdin(), io.stdout];
  if (input instanceof Readable && output instanceof Writable) return { input, output };
  throw new IncidentError("CONFIG", "standard input and output are not streams", {
    hint: "Let the MCP client start `causeway mcp` itself.",
  });
}
