import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { bind, closeGracefully, type Listening } from "../http/bind.ts";
import { type ModelServerOptions, modelServerApp } from "./app.ts";

/**
 * Starts the server of a model that somebody else is. @throws {IncidentError} CONFIG when the address cannot be had.
 */
export async function serveModel(options: Omit<ModelServerOptions, "closing"> & { port: number }): Promise<Listening> {
  const closing = new AbortController();
  const app = modelServerApp({ ...options, closing: closing.signal });
  // a person takes time: the client's limit counts, none of ours
  const server = createServer({ requestTimeout: 0 }, getRequestListener(app.fetch));
  const url = await bind(server, options.host, options.port);
  return { url, close: () => closeGracefully(server, closing) };
}
