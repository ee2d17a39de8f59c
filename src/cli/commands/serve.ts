import type { Command } from "commander";
import type { Config } from "../../config.ts";
import type { OpenedSlack, OpenSlackOptions } from "../../slack/open.ts";
import { type Io, tell } from "../io.ts";
import { openMcp } from "../open-mcp.ts";
import { untilStopped } from "../until-stopped.ts";
import { wholeNumber } from "../whole-number.ts";
import { collect } from "./analyze.ts";
import { slackCheck } from "./doctor.ts";

type ServeFlags = { host?: string; port?: number; data?: string[]; demo?: boolean; workers?: number; llm: boolean };

/** Null when Slack is not configured. Its libraries load only when it is. */
async function openConfiguredSlack(
  config: Config,
  options: Pick<OpenSlackOptions, "service" | "log" | "now">,
): Promise<OpenedSlack | null> {
  if (config.slack === null) return null;
  const [{ openSlack }, { openChat }] = await Promise.all([
    import("../../slack/open.ts"),
    import("../../compose/chat.ts"),
  ]);
  return openSlack({ slack: config.slack, chat: await openChat(config), ...options });
}

export function defineServe(serve: Command, io: Io): void {
  serve
    .option("--host <address>", "address to listen on; addresses other than this machine need a key")
    .option("--port <number>", "port to listen on; 0 for any free port", wholeNumber(0, 65_535))
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--demo", "list the recorded demo incidents too")
    .option(
      "--workers <number>",
      "analyses at a time; 0 leaves them to `causeway worker` (the default with DATABASE_URL)",
      wholeNumber(0, 64),
    )
    .option("--no-llm", "do not use a model, even if one is configured")
    .action(async (flags: ServeFlags) => {
      // First: it extends zod for OpenAPI, and schemas made before that would miss it.
      const { listen } = await import("../../http/listen.ts");
      const [
        { changeDoors },
        { openIdentityProvider },
        { createLog },
        { openService },
        { startTracing },
        { webhookDoors },
        { loadConfig },
        { mountPages },
        { examine },
        { messageOf },
      ] = await Promise.all([
        import("../../compose/change-doors.ts"),
        import("../../compose/identity-provider.ts"),
        import("../../compose/log.ts"),
        import("../../compose/open-service.ts"),
        import("../../compose/tracing.ts"),
        import("../../compose/webhooks.ts"),
        import("../../config.ts"),
        import("../../web/mount.ts"),
        import("../../compose/doctor.ts"),
        import("../../render/chat/message-of.ts"),
      ]);
      const config = loadConfig({ ...flags, demo: flags.demo ?? false }, io.env);
      const log = createLog(config, io.stderr);
      const stopTracing = await startTracing(config);
      const workers = flags.workers ?? (config.service.databaseUrl === null ? config.service.workers : 0);
      const service = await openService(config, { log, now: io.now, workers, render: messageOf });
      let slack: OpenedSlack | null = null;
      const closing = new AbortController();
      const mcp = await openMcp(config, { service, log, now: io.now, closing: closing.signal });
      try {
        slack = await openConfiguredSlack(config, { service, log, now: io.now });
        const { url, close } = await listen(service, {
          config,
          log,
          doors: webhookDoors(config),
          changeDoors: changeDoors(config),
          mcp: mcp.answer,
          others: slack?.routes ?? {},
          mounts: [
            mountPages({
              provider: await openIdentityProvider(config),
              checks: async (signal) => [...(await examine(config, signal, { quick: true })), await slackCheck(config)],
            }),
          ],
        });
        const work = workers === 0 ? "`causeway worker` runs the analyses" : `analyses: ${workers} at a time`;
        tell(io, `Causeway listens on ${url} (API: ${url}/docs); ${work}. Press Ctrl-C to stop.`);
        if (slack?.isConnected === false) tell(io, "Slack is unreachable. Causeway keeps trying.");
        if (slack?.isConnected)
          tell(io, ["Connected to Slack", ...Object.keys(slack.routes).map((path) => `, at ${path}`), "."].join(""));
        await untilStopped(io);
        tell(io, "Stopping after the running requests and analysis steps.");
        closing.abort();
        await mcp.close();
        await close();
      } finally {
        await slack?.stop();
        await service.drain();
        await stopTracing();
      }
    });
}
