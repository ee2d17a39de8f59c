// What runs in the pods of these tests: an HTTP server that answers with its environment and calls others.
import { createServer, get } from "node:http";

const waiting = new Map();
const resolve = (host, port) =>
  new Promise((answer) => {
    const id = waiting.size;
    waiting.set(id, answer);
    process.send({ id, host, port });
  });
process.on("message", ({ id, address }) => waiting.get(id)(address));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const { MODE = "serve", GREETING = "hello", PORT = "8080" } = process.env;
process.stdout.write(`${MODE} ${GREETING}\n`);
if (MODE === "crash") process.exit(3);
if (MODE === "done") process.exit(0);
if (MODE === "hungry") globalThis.held = Array.from({ length: 40 }, () => Buffer.alloc(8 * 1024 * 1024, 1));

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://pod");
  if (url.pathname === "/ready") return response.writeHead(MODE === "unready" ? 503 : 200).end();
  if (url.pathname !== "/call") return response.end(GREETING);
  const address = await resolve(url.searchParams.get("host"), Number(url.searchParams.get("port")));
  if (address === null) return response.end("ENOTFOUND");
  get({ ...address, path: "/", agent: false, timeout: 400 }, async (reply) => {
    let text = "";
    for await (const chunk of reply) text += chunk;
    response.end(text);
  })
    .on("timeout", function () {
      this.destroy(new Error("timed out"));
    })
    .on("error", (error) => response.end(error.code ?? error.message));
});
server.listen(0, "127.0.0.1", () => process.send({ listening: server.address().port, port: Number(PORT) }));
