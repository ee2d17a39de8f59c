import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { IncidentError } from "../domain/errors.ts";

/** `close` accepts no new requests, lets running ones finish, and ends streams. Idempotent. */
export type Listening = { url: string; close(): Promise<void> };

/** Milliseconds that running requests get to finish when the server closes. */
const GRACE_MS = 10_000;
const SWEEP_MS = 50;

/** @returns the address of the server as a URL. @throws {IncidentError} CONFIG when the address cannot be had. */
export async function bind(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is in use" : `is not available (${cause.code ?? cause.message})`;
      reject(
        new IncidentError("CONFIG", `${host}:${port} ${why}`, {
          hint: "Choose another address with --host and --port, or stop the program that listens there.",
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
}

export async function closeGracefully(server: Server, closing: AbortController): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closing.abort();
  // finished requests leave their connection open
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(grace);
}
