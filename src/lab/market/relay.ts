import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { NetworkAddress } from "../cluster/pod-runtime.ts";
import { carryLate } from "../process/carry-late.ts";

/**
 * The network of one pod. `delayMs`, `jitterMs`: each packet is held back so long. `loss`: share of packets that are
 * lost; TCP sends a lost one again after a time-out, which doubles.
 */
export type NetworkFault = { delayMs: number; jitterMs: number; loss: number };
/** The way to one port of a pod. */
export type PodNetwork = { address: NetworkAddress; close: () => void };

/** The first retransmission time-out of Linux. @see RFC 6298 (its minimum of 1 s is 200 ms in Linux) */
const RETRANSMIT_MS = 200;
const MAX_RETRIES = 5;

/** Opens a relay in front of `target`. `fault` is read for each packet; null: the network is fine. */
export async function openRelay(target: NetworkAddress, fault: () => NetworkFault | null): Promise<PodNetwork> {
  const late = (): number => {
    const present = fault();
    return present === null ? 0 : heldMs(present, Math.random);
  };
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = createConnection(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true).on("close", () => sockets.delete(socket));
    }
    carryLate(client, upstream, late);
    carryLate(upstream, client, late);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  return {
    address: { host: "127.0.0.1", port: address.port },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** How long a packet is on its way. */
export function heldMs({ delayMs, jitterMs, loss }: NetworkFault, random: () => number): number {
  let ms = Math.max(0, delayMs + (2 * random() - 1) * jitterMs);
  for (let retry = 0; retry < MAX_RETRIES && random() < loss; retry++) ms += RETRANSMIT_MS * 2 ** retry;
  return ms;
}
