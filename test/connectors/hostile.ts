import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

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

/**
 * Answers 503 to the requests that `isDown` names, and passes the others to a real server.
 *
 * @param passedHeaders names of headers that are passed on, besides the type of the body.
 */
export const halfDown =
  (
    url: string,
    isDown: (address: URL, body: string) => boolean,
    passedHeaders: readonly string[] = [],
  ): RequestListener =>
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
        headers: {
          "content-type": request.headers["content-type"] ?? "text/plain",
          ...Object.fromEntries(passedHeaders.map((name) => [name, String(request.headers[name] ?? "")])),
        },
        ...(body.length > 0 ? { body } : {}),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    })();
  };

const json =
  (body: unknown): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end("no");

/** Sends a chunk again and again until the client goes away. */
async function sendForever(response: ServerResponse, chunk: Buffer, pauseMs: number): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  while (!response.destroyed) {
    response.write(chunk);
    await delay(pauseMs);
  }
}

/** For servers that never finish, and for others, which may answer late where the processor is busy. */
const [SHORT_MS, LONG_MS] = [400, 10_000];

/** Servers that misbehave, what a person reads of each, and the timeout of requests to them. */
export const HOSTILE: readonly [title: string, answer: RequestListener, reason: RegExp, timeoutMs: number][] = [
  ["refuses the credentials", refusing, /refused the credentials/, LONG_MS],
  ["limits requests for ever", status(429, { "retry-after": "1" }), /limits requests|did not answer within/, SHORT_MS],
  ["fails inside", status(503), /failed to serve|did not answer/, SHORT_MS],
  ["shows a login page", loginPage, /unexpected body/, LONG_MS],
  ["answers nothing", (_, response) => void response.end(), /unexpected body/, LONG_MS],
  ["never answers", silent, /did not answer within/, SHORT_MS],
  [
    "sends a body without end",
    (_, response) => void sendForever(response, Buffer.alloc(4 * 1024 * 1024, " "), 0),
    /sent more than|did not answer within|limit of \d+ MB/,
    LONG_MS,
  ],
  [
    "drips bytes without end",
    (_, response) => void sendForever(response, Buffer.from(" "), 20),
    /did not answer within/,
    SHORT_MS,
  ],
  ["closes the connection", (request) => void request.socket.destroy(), /could not be reached|closed|failed/, LONG_MS],
  ["answers with other types", json({ status: "success", data: 42, hits: "no" }), /unexpected body/, LONG_MS],
  ["answers with a list", json([[[[]]]]), /unexpected body/, LONG_MS],
  ["answers null", json(null), /unexpected body/, LONG_MS],
  ["redirects to another host", status(302, { location: "http://192.0.2.1/" }), /redirects/, LONG_MS],
];
