import { diskPartOf, type Hurts, readSignal, type SignalFamily, signalWords } from "../domain/signals.ts";
import type { Alert } from "../domain/telemetry.ts";
import { type Background, backgroundOf } from "./background.ts";
import type { AlertMeaning } from "./known/meanings.ts";
import { meaningOf } from "./known-alerts.ts";

/**
 * `family`: what the alert is about; alerts of one family repeat one symptom. `weight`, in [0, 1]: how strongly the
 * alert implicates its own entity. `cause`: the entry of the cause catalogue that its name states; null if it states
 * none. `background`: why it is no evidence that users are in trouble; null if it may be.
 */
export type AlertReading = { family: string; weight: number; cause: string | null; background: Background | null };

/**
 * How strongly an alert of each family implicates its own entity, by direction. An entity's own resources, its latency,
 * and traffic that it lost implicate it fully. Errors spread to callers as well and count half. Traffic that it gained
 * was mostly lost elsewhere and does not count.
 */
const WEIGHTS: Readonly<Record<SignalFamily, { up: number; down: number }>> = {
  restart: { up: 1, down: 1 },
  instance: { up: 1, down: 1 },
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

/**
 * Classifies an alert by family and weighs how strongly it implicates its own entity. A slow call implicates the
 * network and the caller as much as the callee; a failing call says no more than the errors do. An alert of a known
 * name means what its authors say.
 */
export function readAlert(alert: Alert): AlertReading {
  const background = backgroundOf(alert);
  const known = alert.signal === "metric" && !isContradicted(alert) ? meaningOf(alert) : null;
  // a prober is never at fault itself, but it sees what users see
  if (background === "probe") return { family: "probe", weight: 0, cause: null, background: null };
  if (background !== null && background !== "partial" && background !== "clock")
    return { family: background, weight: 0, cause: null, background };
  const { family, weight, cause } =
    known === null ? { ...readBySignal(alert), cause: null } : onItsOwnEntity(known, alert);
  return { family, weight: background === "partial" ? weight * PARTIAL : weight, cause, background };
}

/** True if the signal of the alert fell, though it hurts only when it rises: an idle CPU is not a shortage. */
function isContradicted({ name, direction }: Alert): boolean {
  const { family, hurts } = readSignal(name.replaceAll(":", " "));
  const { up, down } = weightsOf(family, hurts);
  return direction === "down" && down === 0 && up > 0;
}

/** Weight of an alert whose checks were mostly fine. */
const PARTIAL = 0.2;

/** A pod's disk is often its node's, so a full disk says nothing about the pod. */
const onItsOwnEntity = ({ family, weight, cause }: AlertMeaning, { name, entityKind }: Alert) => ({
  family,
  cause,
  weight: family === "disk space" && entityKind === "pod" && !isVolume(name) ? 0 : weight,
});

function readBySignal({ signal, name, message, direction, entity, entityKind, peer }: Alert): {
  family: string;
  weight: number;
} {
  if (signal === "log") return { family: "log", weight: 1 };
  if (signal === "trace") {
    if (peer === null || peer === entity) return { family: "inner call", weight: 0 };
    return direction === "up" || message === null
      ? { family: "slow call", weight: 0.5 }
      : { family: "failing call", weight: 0 };
  }
  // an alert's name may be a sentence with a colon ("WARNING: queue depth"): all of it counts
  const { family, hurts } = readSignal(name.replaceAll(":", " "));
  const { up, down } = weightsOf(family, hurts);
  const weight = direction === null ? Math.max(up, down) : direction === "up" ? up : down;
  if (family === "disk") return readDiskAlert(name, entityKind, weight);
  // an alert that no row explains is a family of its own
  if (family === "other") return { family: name, weight };
  // success that falls and errors that rise are one symptom
  return { family: family === "availability" ? "error" : family, weight };
}

/** A signal of what is left of a resource hurts when it falls, so its weights trade places. */
function weightsOf(family: SignalFamily, hurts: Hurts): { up: number; down: number } {
  const { up, down } = WEIGHTS[family];
  return hurts === "down" && up > down ? { up: down, down: up } : { up, down };
}

const OWN_VOLUME = new Set(["volume", "volumes", "pvc", "persistent"]);

const isVolume = (name: string): boolean => signalWords(name).some((word) => OWN_VOLUME.has(word));

/** A pod's disk is often its node's, so a full disk implicates only a node, or the owner of a persistent volume. */
function readDiskAlert(name: string, entityKind: string, weight: number): { family: string; weight: number } {
  const part = diskPartOf(name);
  const isOwn = entityKind === "node" || isVolume(name);
  return { family: part === null ? "disk" : `disk ${part}`, weight: part !== "space" || isOwn ? weight : 0 };
}
