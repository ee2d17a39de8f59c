import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type LocalServer = {
  /** `http://127.0.0.1:<port>`, or https. */
  origin: string;
  /** Requests received so far. */
  received: IncomingMessage[];
  stop(): Promise<void>;
};

/** A real server on a free loopback port, gone when the test ends. `tls`: serve https. */
export async function serveLocally(answer: RequestListener, tls?: ServerOptions): Promise<LocalServer> {
  const received: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    received.push(request);
    answer(request, response);
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  };
  onTestFinished(stop);
  return { origin: `http${tls === undefined ? "" : "s"}://127.0.0.1:${port}`, received, stop };
}
