import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { openCheckpoints } from "../../compose/checkpoints.ts";
import { IncidentError } from "../../domain/errors.ts";
import { concludeWith, type ConcludeParts } from "./conclude.ts";
import { sessionApp } from "./session-app.ts";
import { openSessions } from "./sessions.ts";

export type ServeSessions = ConcludeParts & { home: string; host: string; port: number; apiKey: string | null };

/**
 * Serves sessions to an orchestrator. Their checkpoints are in `<home>/aiopslab.db`, so that they go on after a
 * restart.
 *
 * @throws {IncidentError} CONFIG when the address is not available, or is not of this machine while there is no key.
 */
export async function serveSessions({
  home,
  host,
  port,
  apiKey,
  ...parts
}: ServeSessions): Promise<{ url: string; close(): Promise<void> }> {
  if (apiKey === null && !["127.0.0.1", "::1", "localhost"].includes(host))
    throw new IncidentError("CONFIG", `sessions are not served on the network (${host}) without a key`, {
      hint: "Set CAUSEWAY_API_KEY, or leave out --host.",
    });
  await mkdir(home, { recursive: true, mode: 0o700 });
  const { checkpointer, keepLatest, close: closeCheckpoints } = openCheckpoints(join(home, "aiopslab.db"));
  const app = sessionApp({
    sessions: openSessions({ conclude: concludeWith(parts) }, checkpointer, keepLatest),
    apiKey,
    log: parts.log,
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new IncidentError("CONFIG", `${host}:${port} cannot be listened on (${cause.code ?? cause.message})`, {
          hint: "Choose another address with --host and --port.",
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
      closeCheckpoints();
    },
  };
}
