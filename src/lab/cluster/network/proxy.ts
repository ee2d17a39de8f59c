import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Impairment } from "../lab-cluster.ts";
import { carryLate } from "../../process/carry-late.ts";
import type { NetworkAddress } from "../pod-runtime.ts";

/**
 * Where a connection goes. `key`: the pod and port behind it. `isPassed`: false if a NetworkPolicy drops its packets.
 * `address` null: the pod does not listen on that port.
 */
export type ProxyBackend = { key: string; address: NetworkAddress | null; isPassed: boolean };
/** `backends`: of this moment; an empty list refuses connections. */
export type ProxySource = { backends: () => readonly ProxyBackend[]; impairment: () => Impairment | null };

/**
 * A listener that stands for a Service as one pod sees it. `refresh`: call it when backends, policies or impairments
 * may have changed. Connections to a backend that is no longer one are cut.
 */
export type ServiceProxy = { address: NetworkAddress; refresh: () => void; close: () => void };

type Link = { client: Socket; target: Socket | null; key: string };
/** A backend that refused is tried again this often; until then the proxy refuses, too. */
const RETRY_MS = 250;

export async function startProxy(source: ProxySource): Promise<ServiceProxy> {
  const links = new Set<Link>();
  let turn = 0;
  let isRefused = false;
  let isClosed = false;
  const server = createServer({ pauseOnConnect: true }, accept);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  function accept(client: Socket): void {
    client.on("error", () => client.destroy());
    const backends = source.backends();
    const backend = backends[turn++ % Math.max(1, backends.length)];
    const impairment = source.impairment();
    const link: Link = { client, target: null, key: backend?.key ?? "" };
    links.add(link);
    client.once("close", () => {
      links.delete(link);
      link.target?.destroy();
    });
    if (backend === undefined) return void client.resetAndDestroy();
    const isLost = impairment !== null && Math.random() < impairment.lossShare;
    if (!backend.isPassed || isLost) return; // dropped packets: nothing is read, nothing is answered
    if (backend.address === null) return refuse(client);
    const target = connect(backend.address);
    link.target = target;
    target.once("error", () =>
      target.connecting || target.bytesRead === 0 ? refuse(client) : client.resetAndDestroy(),
    );
    target.once("close", () => client.destroy());
    target.once("connect", () => {
      client.setNoDelay(true);
      target.setNoDelay(true);
      carryLate(client, target, () => lateBy(source.impairment()));
      carryLate(target, client, () => lateBy(source.impairment()));
      client.resume();
    });
  }
  function refuse(client: Socket): void {
    client.resetAndDestroy();
    isRefused = true;
    refresh();
    setTimeout(() => void probe(), RETRY_MS).unref();
  }
  async function probe(): Promise<void> {
    const reachable = await Promise.all(source.backends().map(({ address }) => accepts(address)));
    isRefused = reachable.length > 0 && !reachable.includes(true);
    if (isRefused && !isClosed) setTimeout(() => void probe(), RETRY_MS).unref();
    refresh();
  }
  function refresh(): void {
    const backends = source.backends();
    for (const { client, target, key } of links) {
      const backend = backends.find((one) => one.key === key);
      if (backend === undefined) client.resetAndDestroy();
      else if (!backend.isPassed) for (const socket of [client, target]) socket?.pause();
      else if (target !== null && !target.connecting) for (const socket of [client, target]) socket.resume();
    }
    const isOpen = !isClosed && !isRefused && backends.length > 0;
    if (isOpen && !server.listening) void listen(server, port).catch(() => undefined); // the next refresh tries again
    if (!isOpen && server.listening) server.close();
  }

  refresh();
  return {
    address: { host: "127.0.0.1", port },
    refresh,
    close() {
      isClosed = true;
      for (const { client } of links) client.destroy();
      server.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (error?: Error): void => {
      server.off("error", ended).off("listening", ended);
      if (error === undefined) resolve();
      else reject(error);
    };
    server.once("error", ended).once("listening", ended).listen(port, "127.0.0.1");
  });
}

function accepts(address: NetworkAddress | null): Promise<boolean> {
  if (address === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

/** How long the next bytes are held back, milliseconds. */
function lateBy(impairment: Impairment | null): number {
  const { delayMs, jitterMs } = impairment ?? { delayMs: 0, jitterMs: 0 };
  return delayMs + (2 * Math.random() - 1) * jitterMs;
}
