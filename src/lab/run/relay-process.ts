// Entry point of a relay: a network path in front of one service. Takes the port of its target as its argument.
import { createConnection, createServer } from "node:net";
import { carryLate } from "../process/carry-late.ts";
import { type Delay, type Notice, ProcessCommand } from "../process/messages.ts";

const targetPort = Number(process.argv[2]);
let delay: Delay = { meanMs: 0, jitterMs: 0 };

const heldMs = (): number => delay.meanMs + (2 * Math.random() - 1) * delay.jitterMs;

const server = createServer((client) => {
  const target = createConnection({ port: targetPort, host: "127.0.0.1" });
  client.setNoDelay(true);
  target.setNoDelay(true);
  carryLate(client, target, heldMs);
  carryLate(target, client, heldMs);
});

process.on("message", (message) => {
  const order = ProcessCommand.parse(message);
  if (order.kind === "delay") delay = order.delay;
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  const notice: Notice = { kind: "listening", port: address.port };
  process.send?.(notice);
});
