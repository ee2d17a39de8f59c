import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { HoldOptions } from "../app/hold-lease.ts";
import { IncidentError } from "../domain/errors.ts";
import type { AnalysisStore, Lease } from "../domain/ports.ts";
import { isoTime } from "../domain/time.ts";

/** Longer than any step blocks the event loop, milliseconds: a live holder renews in time. */
const LEASE_MS = 60_000;
const RENEWALS_PER_LEASE = 4;
const POLL_MS = 100;

export type LeaseOptions = HoldOptions & { leaseMs?: number };
type LeaseParts = { store: Pick<AnalysisStore, "takeLease" | "dropLease">; now: () => number };

/**
 * Works on an analysis while no other process does. The lease is renewed while the work lasts, and returned at its end.
 * The lease of a process that was killed is taken over at once if that ran on this host, otherwise when it expires. The
 * clocks of hosts that share a store must agree to well within a minute.
 *
 * @param work gets a signal that aborts when the lease is lost: this process stood still for longer than a lease lasts,
 *   and another took over.
 * @throws {IncidentError} UNAVAILABLE when another process works on the analysis, or took it over.
 */
export async function withLease<T>(
  { store, now }: LeaseParts,
  analysisId: string,
  { signal, patienceMs = 0, leaseMs = LEASE_MS }: LeaseOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const owner = newOwner();
  let untilMs = 0;
  const take = async (): Promise<Lease> => {
    const held = await store.takeLease(analysisId, { owner, untilMs: now() + leaseMs }, now());
    if (held.owner === owner) untilMs = held.untilMs;
    return held;
  };
  for (let polls = Math.ceil(patienceMs / POLL_MS); ; polls -= 1) {
    const held = await take();
    if (held.owner === owner) break;
    if (hasDied(held.owner)) await store.dropLease(analysisId, held.owner);
    else if (polls <= 0) throw heldByAnother(analysisId, held);
    else await sleep(POLL_MS, undefined, { signal });
  }
  const lost = new AbortController();
  const renewal = setInterval(() => {
    take().then(
      (held) => held.owner === owner || lost.abort(heldByAnother(analysisId, held)),
      (error: unknown) => now() > untilMs && lost.abort(error), // before that, the next renewal may succeed
    );
  }, leaseMs / RENEWALS_PER_LEASE);
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    clearInterval(renewal);
    await store.dropLease(analysisId, owner).catch(() => undefined); // it expires by itself
  }
}

/** A name for a new lease holder in this process. */
export const newOwner = (): string => `${place()}:${process.pid}:${randomBytes(4).toString("hex")}`;

/** The scope of a process id: the host, and on Linux the container. */
function place(): string {
  try {
    return `${hostname()}/${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}`;
  } catch {
    return hostname(); // not Linux: process ids are unique on the host
  }
}

/**
 * True if the process of a lease holder has ended. Always false for a process on another host, which cannot be
 * checked.
 */
export function hasDied(owner: string): boolean {
  const [where, pid] = owner.split(":");
  if (where !== place()) return false;
  try {
    process.kill(Number(pid), 0); // signal 0 only checks that the process exists
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

const heldByAnother = (analysisId: string, { owner, untilMs }: Lease): IncidentError => {
  const [where, pid] = owner.split(":");
  return new IncidentError("UNAVAILABLE", `process ${pid} on ${where?.split("/")[0]} works on analysis ${analysisId}`, {
    hint: `Wait until it is done. If that process was killed, its lease expires at ${isoTime(untilMs)}.`,
  });
};
