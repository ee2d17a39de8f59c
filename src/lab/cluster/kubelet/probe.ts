import { connect } from "node:net";
import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { Stored } from "../objects.ts";
import type { NetworkAddress } from "../pod-runtime.ts";

/** `why`: what Kubernetes writes into the event of a probe that failed. */
export type ProbeResult = { ok: true } | { ok: false; why: string };

/** Probes a container once over HTTP or TCP. A command cannot be run in it, so a probe by command always passes. */
export async function probeOnce(
  probe: Stored<V1Probe>,
  container: Stored<V1Container>,
  addressOf: (port: number) => NetworkAddress | null,
  podIp: string,
): Promise<ProbeResult> {
  const action = probe.httpGet ?? probe.tcpSocket;
  if (action === undefined) return { ok: true };
  const port = portOf(action.port, container);
  const address = port === null ? null : addressOf(port);
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const refused = `dial tcp ${podIp}:${port ?? String(action.port)}: connect: connection refused`;
  if (probe.httpGet === undefined)
    return address === null ? { ok: false, why: refused } : tcp(address, timeoutMs, refused);
  const { path = "/", httpHeaders = [] } = probe.httpGet;
  const shown = `Get "http://${podIp}:${port}${path}"`;
  if (address === null) return { ok: false, why: `${shown}: ${refused}` };
  try {
    const response = await fetch(new URL(path, `http://${address.host}:${address.port}`), {
      headers: Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "manual",
    });
    await response.body?.cancel();
    if (response.status >= 200 && response.status < 400) return { ok: true };
    return { ok: false, why: `HTTP probe failed with statuscode: ${response.status}` };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    return { ok: false, why: `${shown}: ${isLate ? late : refused}` };
  }
}

function portOf(port: unknown, { ports = [] }: Stored<V1Container>): number | null {
  if (typeof port === "number") return port;
  return ports.find(({ name }) => name === port)?.containerPort ?? null;
}

function tcp(address: NetworkAddress, timeoutMs: number, refused: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: timeoutMs });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end({ ok: true }));
    socket.once("timeout", () => end({ ok: false, why: "dial tcp: i/o timeout" }));
    socket.once("error", () => end({ ok: false, why: refused }));
  });
}
