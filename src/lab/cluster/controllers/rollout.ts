import { copyOf, type DeploymentObject, type ReplicaSetObject } from "../objects.ts";
import { type ClusterWrite, countOf, event } from "./controller.ts";

const replicasOf = ({ spec }: ReplicaSetObject): number => spec.replicas ?? 0;
const availableOf = ({ status }: ReplicaSetObject): number => status.availableReplicas ?? 0;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** How many pods a rollout may have too many or too few. */
export function bounds({ spec }: DeploymentObject): { surge: number; unavailable: number } {
  const replicas = spec.replicas ?? 1;
  if (spec.strategy?.type === "Recreate") return { surge: 0, unavailable: replicas };
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  const surge = countOf(maxSurge, replicas, Math.ceil);
  const unavailable = countOf(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
}

/** The next step from the old sets to the newest one; none when it is complete or has to wait. */
export function rollout(
  deployment: DeploymentObject,
  sets: readonly ReplicaSetObject[],
  newest: ReplicaSetObject,
): ClusterWrite[] {
  const wanted = deployment.spec.replicas ?? 1;
  const old = sets.filter((set) => set !== newest && replicasOf(set) > 0);
  if (deployment.spec.strategy?.type === "Recreate") {
    if (old.length > 0) return old.flatMap((set) => scale(deployment, set, 0));
    const isEmpty = sets.every((set) => set === newest || (set.status.replicas ?? 0) === 0);
    return isEmpty ? scale(deployment, newest, wanted) : [];
  }
  const { surge, unavailable } = bounds(deployment);
  const total = sum(sets.map(replicasOf));
  if (replicasOf(newest) > wanted) return scale(deployment, newest, wanted);
  const space = Math.min(wanted + surge - total, wanted - replicasOf(newest));
  if (space > 0) return scale(deployment, newest, replicasOf(newest) + space);
  return scaleDown(deployment, {
    old,
    newest,
    total,
    least: wanted - unavailable,
    available: sum(sets.map(availableOf)),
  });
}

type Counts = {
  old: readonly ReplicaSetObject[];
  newest: ReplicaSetObject;
  total: number;
  /** Pods that must stay available. */
  least: number;
  available: number;
};

/** First the old pods that do not work, then as many working ones as can be spared. */
function scaleDown(deployment: DeploymentObject, { old, newest, total, least, available }: Counts): ClusterWrite[] {
  const pending = replicasOf(newest) - availableOf(newest);
  let spare = total - least - pending;
  for (const set of old) {
    const broken = replicasOf(set) - availableOf(set);
    if (broken > 0 && spare > 0) return scale(deployment, set, replicasOf(set) - Math.min(broken, spare));
  }
  spare = available - least;
  const [first] = old;
  if (first === undefined || spare <= 0) return [];
  return scale(deployment, first, replicasOf(first) - Math.min(replicasOf(first), spare));
}

/** While a rollout is paused, only the number of pods is followed: by the newest set that has some. */
export function scaled(
  deployment: DeploymentObject,
  sets: readonly ReplicaSetObject[],
  newest: ReplicaSetObject | null,
): ClusterWrite[] {
  const active = sets.filter((set) => replicasOf(set) > 0);
  const target = active.length === 1 ? active[0] : (newest ?? active.at(-1) ?? sets.at(-1));
  if (target === undefined) return [];
  const others = sum(active.filter((set) => set !== target).map(replicasOf));
  return scale(deployment, target, Math.max(0, (deployment.spec.replicas ?? 1) - others));
}

function scale(deployment: DeploymentObject, set: ReplicaSetObject, replicas: number): ClusterWrite[] {
  const before = replicasOf(set);
  if (before === replicas) return [];
  const object = copyOf(set);
  object.spec.replicas = replicas;
  const message = `Scaled ${replicas > before ? "up" : "down"} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  return [{ verb: "update", type: "replicasets", object }, event(deployment, "Normal", "ScalingReplicaSet", message)];
}
