import type { Command } from "commander";
import type { Check } from "../../app/doctor/check.ts";
import type { Config } from "../../config.ts";
import { IncidentError } from "../../domain/errors.ts";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";

/** Slack's libraries load only when Slack is configured. */
export async function slackCheck({ slack, proxy }: Config): Promise<Check> {
  if (slack === null) return { name: "slack", state: "ok", detail: "not configured" };
  const [{ checkSlack }, { openSlackHttp }] = await Promise.all([
    import("../../slack/scopes.ts"),
    import("../../compose/slack-http.ts"),
  ]);
  const http = openSlackHttp(proxy);
  const found = await checkSlack(slack, http.fetch).catch((error: unknown) => ({
    state: "broken" as const,
    detail: error instanceof IncidentError ? `${error.message} (${error.hint})` : String(error),
  }));
  await http.close();
  return { name: "slack", ...found };
}

const MARK = { ok: "ok  ", warning: "note", broken: "FAIL" } as const;

export function defineDoctor(doctor: Command, io: Io, done: Done): void {
  doctor
    .option("--json", "print JSON")
    .option("--quick", "send no requests to models that cost money")
    .action(async ({ json, quick = false }: { json?: boolean; quick?: boolean }) => {
      const [{ loadConfig, masked }, { examine }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/doctor.ts"),
      ]);
      const config = loadConfig({}, io.env);
      const checks = [...(await examine(config, io.signal, { quick })), await slackCheck(config)];
      const lines = checks.map(({ name, state, detail }) => `${MARK[state]}  ${name}: ${detail}`);
      const settings = Object.entries(masked(config)).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
      print(
        io,
        json
          ? JSON.stringify({ checks, config: masked(config) }, null, 2)
          : [...lines, "", "Configuration", ...settings].join("\n"),
      );
      done(checks.some(({ state }) => state === "broken") ? EXIT.failed : EXIT.ok);
    });
}
