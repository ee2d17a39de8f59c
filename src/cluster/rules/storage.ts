import { quantity } from "../read-storage.ts";
import type { Knows, Meaning } from "../abnormal.ts";
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
export function whyUnbound(refusal: string, pod: Pod, state: ClusterState, knows: Knows): Meaning {
  const absent = /persistentvolumeclaim "([^"]+)" not found/i.exec(refusal)?.[1];
  const says = "its volume claim does not exist";
  // a claim that somebody declared was refused, and the refusal says why
  if (absent !== undefined) return isDeclared(absent, state) ? { says } : { says, cause: "claim_missing" };
  const used = new Set(pod.claims);
  const pending = state.claims.filter(({ status, namespace }) => status === "Pending" && namespace === pod.namespace);
  const claim = pending.find(({ name }) => used.has(name)) ?? pending[0];
  if (!claim) return UNBOUND;
  const wanted = state.manifests
    .flatMap(({ objects }) => objects)
    .find(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === claim.name);
  const noClass = claim.events.some(({ message }) => /storageclass.* not found/i.test(message));
  if (
    knows("claim_storage_class") &&
    (noClass ||
      (claim.storageClass !== "" &&
        !claim.storageClass.startsWith("<") &&
        !state.storageClasses.includes(claim.storageClass)))
  )
    return { says: "its volume claim names a storage class that does not exist", cause: "claim_storage_class" };
  const free = state.volumes.filter(({ status }) => status === "Available");
  if (free.length === 0)
    return state.volumes.some((volume) => isTaken(volume, claim.name)) && knows("claim_volume_taken")
      ? { says: "the volume for its claim is bound to another claim", cause: "claim_volume_taken" }
      : { says: "no volume exists for its claim" };
  const reasons = free.flatMap((volume) => misfits(volume, wanted).find(({ cause }) => knows(cause)) ?? []);
  return reasons[0] ?? { says: "no volume fits its claim" };
}

const isDeclared = (claim: string, { manifests }: ClusterState): boolean =>
  manifests.some(({ objects }) =>
    objects.some(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === claim),
  );

const UNBOUND: Meaning = { says: "its volume claim is not bound" };

const isTaken = ({ status, claim }: Volume, name: string): boolean => status === "Bound" && !claim.endsWith(`/${name}`);

/** Why a free volume does not suit a claim, the plainest reason first. */
function misfits({ labels, capacity, accessModes }: Volume, wanted: Manifest | undefined): Required<Meaning>[] {
  const spec = wanted?.spec;
  const found: Required<Meaning>[] = [];
  if (Object.entries(spec?.selector?.matchLabels ?? {}).some(([key, value]) => labels[key] !== value))
    found.push({ says: "the selector of its claim matches no volume", cause: "claim_selector" });
  const requested = quantity(spec?.resources?.requests?.storage ?? "");
  const offered = quantity(capacity);
  if (requested !== null && offered !== null && requested > offered)
    found.push({ says: "its claim asks for more capacity than any volume has", cause: "claim_capacity" });
  const modes = accessModes.split(",");
  if ((spec?.accessModes ?? []).some((mode) => !modes.includes(MODES[mode] ?? mode) && !modes.includes(mode)))
    found.push({ says: "its claim asks for an access mode that no volume offers", cause: "claim_access_mode" });
  return found;
}
