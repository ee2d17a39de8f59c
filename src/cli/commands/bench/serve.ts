import type { Command } from "commander";
import { createLog } from "../../../compose/log.ts";
import { loadConfig } from "../../../config.ts";
import { APPROVED_VERBS, policyWords } from "../../../bench/orchestrated/fixes.ts";
import { serveSessions } from "../../../bench/orchestrated/open-sessions.ts";
import { type Io, print } from "../../io.ts";
import { untilStopped } from "../../until-stopped.ts";
import { wholeNumber } from "../../whole-number.ts";

type Flags = { host: string; port: number; autoApprove?: string; llm: boolean };

export function addServeCommand(bench: Command, io: Io): void {
  bench
    .command("serve")
    .description("take part in a live benchmark: serve an agent to an AIOpsLab orchestrator (clients/aiopslab)")
    .option("--host <address>", "address to listen on; other machines need CAUSEWAY_API_KEY", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free port", wholeNumber(0, 65_535), 1819)
    .option(
      "--auto-approve <namespace>",
      `for mitigation: run kubectl ${APPROVED_VERBS.join(", ")} in this namespace without asking a person`,
    )
    .option("--no-llm", "do not use a model, even if one is configured")
    .action(async ({ host, port, autoApprove, llm }: Flags) => {
      const config = loadConfig({ llm }, io.env);
      const policy = autoApprove === undefined ? null : { namespace: autoApprove };
      const { url, close } = await serveSessions({
        config,
        log: createLog(config, io.stderr),
        policy,
        home: config.home,
        host,
        port,
        apiKey: config.http.apiKey,
      });
      print(io, `Agent for AIOpsLab at ${url} (${policyWords(policy)})`);
      await untilStopped(io);
      await close();
    });
}
