import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export type HostileServer = { url: string; paths: string[]; stop(): Promise<void> };

/** A server of a test's own, on a free port. `paths`: of the requests that came, without their queries. */
export async function hostileServer(listener: RequestListener): Promise<HostileServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(new URL(request.url ?? "/", "http://server").pathname);
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * A server that holds its first request, and all that follow, until `release`; then it is unavailable.
 *
 * `requested` resolves when the first request has come.
 */
export async function held(): Promise<HostileServer & { requested: Promise<void>; release(): void }> {
  const requested = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const server = await hostileServer((_request, response) => {
    requested.resolve();
    void released.promise.then(() => response.writeHead(503).end());
  });
  return { ...server, requested: requested.promise, release: released.resolve };
}

/** Accepts a request and never answers. */
export const silent: RequestListener = () => undefined;

/** Refuses the credentials, and repeats what it got. */
export const refusing: RequestListener = (request, response) => {
  response.writeHead(401).end(`bad credentials ${request.headers.authorization ?? ""}`);
};

/** The login page of a proxy, with a status that says that all is well. */
export const loginPage: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<html><form>Sign in</form></html>");
};

/** JSON that never ends: `start`, then `item` again and again, until the client has enough. */
export const endless =
  (start: string, item: string): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(start);
    const block = item.repeat(Math.ceil(65_536 / item.length));
    const more = (): void => {
      while (!response.destroyed && response.write(block));
    };
    response.on("drain", more);
    more();
  };

/** Breaks off in the middle of each answer. */
export const broken: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"status":');
  setTimeout(() => response.destroy(), 10);
};

/** Limits the rate: the first `times` requests get 429. */
export const limited = (times: number, next: RequestListener): RequestListener => {
  let refused = 0;
  return (request, response) => {
    refused += 1;
    if (refused > times) next(request, response);
    else response.writeHead(429, { "retry-after": "0" }).end("slow down");
  };
};

/** Answers 503 to the requests that `isDown` names, and passes the others to a real server. */
export const halfDown =
  (url: string, isDown: (address: URL, body: string) => boolean): RequestListener =>
  (request, response) => {
    void (async () => {
      const body = await buffer(request);
      const address = new URL(`${url}${request.url ?? ""}`);
      if (isDown(address, body.toString())) {
        response.writeHead(503).end("down");
        return;
      }
      const answer = await fetch(address, {
        method: request.method ?? "GET",
        headers: { "content-type": request.headers["content-type"] ?? "text/plain" },
        ...(body.length > 0 ? { body } : {}),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  };
