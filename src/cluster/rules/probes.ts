import { type Abnormal, type Knows, type Meaning, shortened } from "../abnormal.ts";
import type { Container, Probe } from "../containers.ts";
import type { ClusterEvent } from "../describe.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";
import { isUnready, restartedRecently, recoveredAtStart } from "./pods.ts";

/** A liveness probe that gives up within this time kills a container that is still starting. Seconds. */
const HASTY_S = 5;
/** Messages of a server that speaks another protocol than the probe. */
const OTHER_PROTOCOL = new RegExp(
  "does not implement the grpc health|malformed HTTP|transport connection broken" +
    "|server gave HTTP response to HTTPS|first record does not look like a TLS|unexpected HTTP|unimplemented" +
    "|error reading server preface|frame too large",
  "i",
);

/** Finds probes that fail while their pod suffers from it. A failure during the start of the pod is no finding. */
export function judgeProbes({ pods }: ClusterState, names: Names, knows: Knows): Abnormal[] {
  return pods.flatMap((pod): Abnormal[] => {
    const roles = (["liveness", "readiness", "startup"] as const).flatMap((role) => {
      const failures = pod.events.filter(
        ({ reason, message }) => reason === "Unhealthy" && new RegExp(`^${role} probe`, "i").test(message),
      );
      const suffers = isUnready(pod) || (role !== "readiness" && restartedRecently(pod) && !recoveredAtStart(pod));
      return failures.length > 0 && suffers ? [{ role, failures }] : [];
    });
    const failing = new Set(roles.map(({ role }) => role));
    return roles.map(({ role, failures }) => {
      const { container, probe } = probeOf(pod, role);
      const why = whyFailing(role, { probe, container, failures, failing, events: pod.events }, knows);
      const entity = names.ofPod(pod);
      const count = failures.reduce((sum, failure) => sum + failure.count, 0);
      return {
        kind: "cluster.probe-failing",
        entity,
        source: pod.source,
        strength: why.cause === undefined ? 2 : 5,
        ...(why.cause === undefined ? {} : { cause: why.cause }),
        summary: `${entity.id}: its ${role} probe fails: ${why.says}`,
        facts: {
          pod: pod.name,
          probe: role,
          count,
          message: shortened(failures.at(-1)?.message ?? ""),
          how: probe?.how ?? null,
          port: probe?.port ?? null,
          container_port: container?.ports[0]?.port ?? null,
          delay_s: probe?.delayS ?? null,
          period_s: probe?.periodS ?? null,
          failures_allowed: probe?.failures ?? null,
        },
      };
    });
  });
}

/** Finds the probe of a role: the first among the pod's containers. */
function probeOf({ containers }: Pod, role: Probe["role"]): { container: Container | null; probe: Probe | null } {
  const having = containers.flatMap((container) =>
    container.probes.filter((probe) => probe.role === role).map((probe) => ({ container, probe })),
  );
  return having[0] ?? { container: null, probe: null };
}

type Failing = {
  probe: Probe | null;
  container: Container | null;
  failures: readonly ClusterEvent[];
  failing: ReadonlySet<Probe["role"]>;
  events: readonly ClusterEvent[];
};

function whyFailing(
  role: Probe["role"],
  { probe, container, failures, failing, events }: Failing,
  knows: Knows,
): Meaning {
  const otherProtocol = {
    says: "the container speaks another protocol than the probe",
    cause: `${role}_wrong_protocol`,
  };
  const wrongPort = { says: "the probe checks a port that the container does not serve", cause: `${role}_wrong_port` };
  const hasty = {
    says: "the probe gives up before the program can start",
    cause: role === "startup" ? "startup_probe_kills" : "liveness_hasty",
  };
  if (failures.some(({ message }) => OTHER_PROTOCOL.test(message)) && knows(otherProtocol.cause)) return otherProtocol;
  // a service mesh answers for the program, at a port of its own
  if (!probe || probe.how.startsWith("mesh")) return { says: "no reason is recorded" };
  const ports = container?.ports.map(({ port }) => port) ?? [];
  const others = container?.probes.filter((other) => other.role !== role).flatMap(({ port }) => port ?? []) ?? [];
  const isWrongPort =
    probe.port !== null &&
    /^\d+$/.test(probe.port) &&
    ports.length > 0 &&
    !ports.includes(probe.port) &&
    !others.includes(probe.port);
  if (isWrongPort && knows(wrongPort.cause)) return wrongPort;
  const byOtherProtocol = container?.probes.some(
    (other) => other.role !== role && other.port === probe.port && other.how !== probe.how && !failing.has(other.role),
  );
  if (byOtherProtocol && knows(otherProtocol.cause)) return otherProtocol;
  if (
    role !== "readiness" &&
    knows(hasty.cause) &&
    (probe.failures === 1 || (probe.failures > 0 && probe.delayS + probe.periodS * probe.failures <= HASTY_S))
  )
    return hasty;
  const isKilled =
    container?.lastState !== "OOMKilled" &&
    events.some(({ reason, message }) => reason === "Killing" && KILLED.test(message));
  if (isKilled && role === "startup" && knows(SLOW_START.cause)) return SLOW_START;
  const isLate = failures.some(({ message }) => /exceeded while awaiting headers|command .* timed out/i.test(message));
  if (isKilled && role === "liveness" && isLate && !failing.has("readiness") && knows(IMPATIENT.cause))
    return IMPATIENT;
  return { says: "the program does not answer" };
}

/** `Container main failed startup probe, will be restarted` */
const KILLED = /failed (liveness|startup) probe/i;
const SLOW_START = { says: "the probe kills the program before it has started", cause: "startup_probe_kills" };
const IMPATIENT = { says: "the probe kills a program that answers slowly", cause: "liveness_impatient" };
