// Entry point of a relay: a network path in front of one service. Takes the port of its target as its argument.
import { createConnection, createServer, type Socket } from "node:net";
import { type Delay, type Notice, ProcessCommand } from "../process/messages.ts";

const targetPort = Number(process.argv[2]);
let delay: Delay = { meanMs: 0, jitterMs: 0 };

/** Passes bytes on, each chunk after a delay, in order; also the end of the stream. */
function carry(from: Socket, to: Socket): void {
  const held: (() => void)[] = [];
  let dueMs = 0;
  const later = (act: () => void): void => {
    const heldMs = Math.max(0, delay.meanMs + (2 * Math.random() - 1) * delay.jitterMs);
    if (heldMs === 0 && held.length === 0) return act();
    dueMs = Math.max(dueMs, performance.now() + heldMs);
    held.push(act); // timers may fire out of order within a millisecond, so each releases the oldest chunk
    setTimeout(() => held.shift()?.(), dueMs - performance.now());
  };
  from.on("data", (chunk) => later(() => void (to.writable && to.write(chunk))));
  from.on("end", () => later(() => void to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => later(() => void to.end()));
}

const server = createServer((client) => {
  const target = createConnection({ port: targetPort, host: "127.0.0.1" });
  client.setNoDelay(true);
  target.setNoDelay(true);
  carry(client, target);
  carry(target, client);
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
