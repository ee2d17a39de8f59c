import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** The answer at a path: Markdown, or the output of the function. */
export type Page = string | ((response: ServerResponse) => void);
export type PageServer = {
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** By path; change it between requests. Nothing is at any other. */
  pages: Record<string, Page>;
  /** Paths that were asked for, in order. */
  requests: string[];
  stop(): Promise<void>;
};

/** A web server on a free port of the loopback, gone when the test is over. */
export async function servePages(pages: Record<string, Page>): Promise<PageServer> {
  const requests: string[] = [];
  const served: PageServer = { origin: "", pages, requests, stop };
  const server = createServer(({ url = "/" }, response) => {
    requests.push(url);
    const page = served.pages[url];
    if (typeof page === "function") page(response);
    else
      response
        .writeHead(page === undefined ? 404 : 200, { "content-type": "text/markdown; charset=utf-8" })
        .end(page ?? "nothing");
  });
  async function stop(): Promise<void> {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(stop);
  return Object.assign(served, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export const redirectTo =
  (location: string): Page =>
  (response) =>
    void response.writeHead(302, { location }).end();
export const answering =
  (status: number, type: string | null, body: string | Uint8Array): Page =>
  (response) =>
    void response.writeHead(status, type === null ? {} : { "content-type": type }).end(body);
