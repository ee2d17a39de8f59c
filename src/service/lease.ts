import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStore, Lease } from "../domain/ports.ts";
import { isoTime } from "../domain/time.ts";

/** Milliseconds. Longer than any step keeps the thread to itself: a holder that lives renews in time. */
const LEASE_MS = 60_000;
const RENEWALS_PER_LEASE = 4;
const POLL_MS = 100;

export type LeaseOptions = {
  signal?: AbortSignal | undefined;
  /** How long to wait for another that holds it, milliseconds. */
  patienceMs?: number;
  leaseMs?: number;
};

/**
 * Works on an analysis while no other process does. The lease is renewed as long as the work lasts and given back at its end. That of a holder that was killed
 * is taken over at once where it ran on this machine, and otherwise when it lapses. Clocks of machines that share a store must agree to well within a minute.
 *
 * @param work gets a signal that aborts when the lease was lost (this process stood still for longer than it lasts, and another took over).
 * @throws {IncidentError} UNAVAILABLE when another process works on it, or took over.
 */
export async function withLease<T>(
  { store, now }: { store: Pick<AnalysisStore, "takeLease" | "dropLease">; now: () => number },
  analysisId: string,
  { signal, patienceMs = 0, leaseMs = LEASE_MS }: LeaseOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const owner = newOwner();
  let untilMs = 0;
  const take = async (): Promise<Lease> => {
    const asked = { owner, untilMs: now() + leaseMs };
    const held = await store.takeLease(analysisId, asked, now());
    if (held.owner === owner) untilMs = held.untilMs;
    return held;
  };
  for (let polls = Math.ceil(patienceMs / POLL_MS); ; polls -= 1) {
    const held = await take();
    if (held.owner === owner) break;
    if (hasDied(held.owner)) await store.dropLease(analysisId, held.owner);
    else if (polls <= 0) throw taken(analysisId, held);
    else await sleep(POLL_MS, undefined, { signal });
  }
  const lost = new AbortController();
  const renewal = setInterval(() => {
    take().then(
      (held) => held.owner === owner || lost.abort(taken(analysisId, held)),
      (error: unknown) => now() > untilMs && lost.abort(error), // until then the next renewal may get through
    );
  }, leaseMs / RENEWALS_PER_LEASE);
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    clearInterval(renewal);
    await store.dropLease(analysisId, owner).catch(() => undefined); // it lapses by itself
  }
}

/** Names whoever holds something: this process, and one holder in it. */
export const newOwner = (): string => `${place()}:${process.pid}:${randomBytes(4).toString("hex")}`;

/** Where a process id means something: a machine, and on Linux the container. */
function place(): string {
  try {
    return `${hostname()}/${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}`;
  } catch {
    return hostname(); // not Linux: one space of process ids for the machine
  }
}

/** False of a process elsewhere: it cannot be seen from here. */
export function hasDied(owner: string): boolean {
  const [where, pid] = owner.split(":");
  if (where !== place()) return false;
  try {
    process.kill(Number(pid), 0); // asks only whether it is there
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

const taken = (analysisId: string, { owner, untilMs }: Lease): IncidentError => {
  const [where, pid] = owner.split(":");
  return new IncidentError("UNAVAILABLE", `process ${pid} on ${where?.split("/")[0]} works on analysis ${analysisId}`, {
    hint: `Wait until it is done. If it was killed there, its hold lapses by itself at ${isoTime(untilMs)}.`,
  });
};
