import { readSignal, type SignalFamily, signalWords } from "../domain/signals.ts";
import type { Alert } from "../domain/telemetry.ts";

/**
 * `family`: what the alert is about; alerts of one family repeat one symptom. `weight`, in [0, 1]: how strongly the
 * alert implicates its own entity.
 */
export type AlertReading = { family: string; weight: number };

/**
 * How strongly an alert of each family implicates its own entity, by direction. An entity's own resources, its latency,
 * and traffic that it lost implicate it fully. Errors spread to callers as well and count half. Traffic that it gained
 * was mostly lost elsewhere and does not count.
 */
const WEIGHTS: Readonly<Record<SignalFamily, { up: number; down: number }>> = {
  restart: { up: 1, down: 1 },
  availability: { up: 0, down: 0.5 },
  error: { up: 0.5, down: 0 },
  pool: { up: 1, down: 0.5 },
  queue: { up: 1, down: 0.5 },
  cpu: { up: 1, down: 0 },
  memory: { up: 1, down: 0 },
  latency: { up: 1, down: 0 },
  threads: { up: 0.5, down: 0 },
  network: { up: 0, down: 1 },
  disk: { up: 1, down: 0 },
  traffic: { up: 0, down: 1 },
  other: { up: 0.5, down: 0.5 },
};

/** Words for how full a file system is. */
const FULLNESS = ["usage", "used", "full", "space", "free", "available"];

/**
 * Classifies an alert by family and weighs how strongly it implicates its own entity. A slow call implicates the
 * network and the caller as much as the callee; a failing call says no more than the errors do.
 */
export function readAlert({ signal, name, message, direction, entity, entityKind, peer }: Alert): AlertReading {
  if (signal === "log") return { family: "log", weight: 1 };
  if (signal === "trace") {
    if (peer === null || peer === entity) return { family: "inner call", weight: 0 };
    return direction === "up" || message === null
      ? { family: "slow call", weight: 0.5 }
      : { family: "failing call", weight: 0 };
  }
  const { family } = readSignal(name, "alert");
  const { up, down } = WEIGHTS[family];
  const weight = direction === null ? Math.max(up, down) : WEIGHTS[family][direction];
  if (family === "disk") return { family: diskPart(name), weight: countsAsDisk(name, entityKind) ? weight : 0 };
  // an alert that no row explains is a family of its own
  if (family === "other") return { family: name, weight };
  // success that falls and errors that rise are one symptom
  return { family: family === "availability" ? "error" : family, weight };
}

function diskPart(name: string): string {
  const words = signalWords(name);
  const names = (any: readonly string[]): boolean => any.some((word) => words.includes(word));
  if (names(["read", "reads", "r"])) return "disk read";
  if (names(["write", "writes", "w"])) return "disk write";
  return names(FULLNESS) ? "disk space" : "disk";
}

/** Decides if an alert on a disk counts. A pod's disk is often its node's, so a full disk implicates only a node. */
const countsAsDisk = (name: string, entityKind: string): boolean =>
  entityKind === "node" || diskPart(name) !== "disk space";
