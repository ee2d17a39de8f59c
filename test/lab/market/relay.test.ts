import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { expect, it } from "vitest";
import { heldMs, openRelay } from "../../../src/lab/market/relay.ts";

it("holds a packet back for its delay, and longer each time it is lost", () => {
  expect(heldMs({ delayMs: 50, jitterMs: 0, loss: 0 }, () => 0.5)).toBe(50);
  const lostTwice = [0.5, 0, 0, 1];
  expect(heldMs({ delayMs: 0, jitterMs: 0, loss: 0.3 }, () => lostTwice.shift() ?? 1)).toBe(200 + 400);
});
it("passes bytes on in order, whatever each is held back", async () => {
  const server = createServer((socket) => void socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const relay = await openRelay({ host: "127.0.0.1", port }, () => ({ delayMs: 3, jitterMs: 3, loss: 0 }));
  const socket = createConnection(relay.address);
  let seen = "";
  for (let i = 0; i < 10; i++) socket.write(String(i));
  for await (const chunk of socket) {
    seen += String(chunk);
    if (seen.length === 10) break;
  }
  expect(seen).toBe("0123456789");
  relay.close();
  server.close();
});
