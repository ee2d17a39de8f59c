import type { Command } from "commander";
import { openKeys } from "../../compose/keys.ts";
import { loadConfig } from "../../config.ts";
import { IncidentError } from "../../domain/errors.ts";
import { isoTime } from "../../domain/time.ts";
import { roleOf, type WebSession } from "../../domain/web-session.ts";
import type { WebSessions } from "../../service/web-sessions.ts";
import { type Io, print } from "../io.ts";

const asJson = ({ id, personId, name, scopes, client, createdAtMs, seenAtMs, expiresAtMs }: WebSession) => ({
  id,
  person: personId,
  name,
  scopes,
  client,
  signed_in_at: isoTime(createdAtMs),
  last_used_at: isoTime(seenAtMs),
  ends_at: isoTime(expiresAtMs),
});
const asLine = ({ id, personId, name, scopes, seenAtMs }: WebSession): string =>
  [id, `used ${isoTime(seenAtMs)}`, roleOf(scopes) ?? "no role", personId, name].join("  ");

/** `sessions list|end`: who is signed in at the web pages. */
export function defineSessions(command: Command, io: Io): void {
  const withSessions = async (use: (sessions: WebSessions) => Promise<void>): Promise<void> => {
    const { sessions, close } = await openKeys(loadConfig({}, io.env), io.now);
    try {
      await use(sessions);
    } finally {
      await close();
    }
  };

  command
    .command("list")
    .description("list the sessions that are live")
    .option("--json", "print JSON")
    .action(({ json }: { json?: boolean }) =>
      withSessions(async (sessions) => {
        const listed = await sessions.list(null);
        if (json === true) return print(io, JSON.stringify(listed.map(asJson), null, 2));
        print(io, listed.length === 0 ? "Nobody is signed in." : listed.map(asLine).join("\n"));
      }),
    );

  command
    .command("end")
    .argument("[session-id]")
    .description("end a session at once; the person must sign in again")
    .option("--person <id>", "end all sessions of a key (key-…) or of an account (oidc:…)")
    .option("--all", "end all sessions of everybody")
    .action((sessionId: string | undefined, { person, all }: { person?: string; all?: boolean }) =>
      withSessions(async (sessions) => {
        const given = [sessionId, person, all === true ? "all" : undefined].filter((one) => one !== undefined);
        if (given.length !== 1)
          throw new IncidentError("BAD_INPUT", "say which sessions to end", {
            hint: "Give a session id, --person ID or --all. `causeway sessions list` shows the ids.",
          });
        if (sessionId === undefined) {
          const count = await sessions.endAll(person ?? null);
          return print(io, count === 1 ? "Ended 1 session." : `Ended ${count} sessions.`);
        }
        if (!(await sessions.end(sessionId, null)))
          throw new IncidentError("NOT_FOUND", `there is no session ${sessionId.slice(0, 80)}`, {
            hint: "`causeway sessions list` shows the live ones.",
          });
        print(io, `Ended ${sessionId}.`);
      }),
    );
}
