import { quantity } from "../read-storage.ts";
import type { Manifest } from "../manifest.ts";
import type { ClusterState, Pod, Volume } from "../state.ts";

/** Short names of access modes, as tables print them. */
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** Explains why a pod's claim has no volume, by comparing the claim with the existing volumes. */
export function whyUnbound(refusal: string, pod: Pod, state: ClusterState): string {
  const absent = /persistentvolumeclaim "([^"]+)" not found/i.exec(refusal)?.[1];
  if (absent !== undefined) return "its volume claim does not exist";
  const used = new Set(pod.claims);
  const pending = state.claims.filter(({ status, namespace }) => status === "Pending" && namespace === pod.namespace);
  const claim = pending.find(({ name }) => used.has(name)) ?? pending[0];
  if (!claim) return "its volume claim is not bound";
  const wanted = state.manifests
    .flatMap(({ objects }) => objects)
    .find(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === claim.name);
  const noClass = claim.events.some(({ message }) => /storageclass.* not found/i.test(message));
  if (
    noClass ||
    (claim.storageClass !== "" &&
      !claim.storageClass.startsWith("<") &&
      !state.storageClasses.includes(claim.storageClass))
  )
    return "its volume claim names a storage class that does not exist";
  const free = state.volumes.filter(({ status }) => status === "Available");
  if (free.length === 0)
    return state.volumes.some((volume) => isTaken(volume, claim.name))
      ? "the volume for its claim is bound to another claim"
      : "there is no volume for its claim";
  const reasons = free.map((volume) => misfit(volume, wanted));
  return reasons.find((reason) => reason !== null) ?? "no volume fits its claim";
}

const isTaken = ({ status, claim }: Volume, name: string): boolean => status === "Bound" && !claim.endsWith(`/${name}`);

function misfit({ labels, capacity, accessModes }: Volume, wanted: Manifest | undefined): string | null {
  const spec = wanted?.spec;
  if (Object.entries(spec?.selector?.matchLabels ?? {}).some(([key, value]) => labels[key] !== value))
    return "the selector of its claim matches no volume";
  const requested = quantity(spec?.resources?.requests?.storage ?? "");
  const offered = quantity(capacity);
  if (requested !== null && offered !== null && requested > offered)
    return "its claim asks for more capacity than any volume has";
  const modes = accessModes.split(",");
  if ((spec?.accessModes ?? []).some((mode) => !modes.includes(MODES[mode] ?? mode) && !modes.includes(mode)))
    return "its claim asks for an access mode that no volume offers";
  return null;
}
