import { workloadOfPod } from "../../domain/pod-names.ts";

/**
 * Places where agents (kubelet, container runtimes, systemd, the kernel) name the component that they report on. Names
 * have the forms `pod="prod/cart-7d9c5b6f4-x2x7k"`, `cart-7d9c5b6f4-x2x7k_prod(0d1c…)`, `containerName="cart"`,
 * `redis.service: Main process exited`, `Killed process 88 (mysqld)`.
 */
const PLACES: readonly RegExp[] = [
  /\bpod(?:Name|_name)?\\?["']?\s?[=:]\s?\\?["']?(?:[\w.-]+\/)?([a-z0-9][a-z0-9-]{2,252})/gi,
  /\bpod \\?["']?(?:[\w.-]+\/)?([a-z0-9][a-z0-9-]{2,252})/gi,
  /\b([a-z0-9][a-z0-9-]{2,252})_[a-z0-9-]+\([0-9a-f-]{4,}\)/g,
  /\bPodSandboxMetadata\{Name:([a-z0-9-]+),/g,
  /\bcontainer(?:Name|_name)?\\?["']?\s?[=:]\s?\\?["']?([a-z0-9][\w-]{2,62})/gi,
  /\b([A-Za-z][\w@-]+)\.service: (?:A process of this unit|Main process exited|Failed with result|Start request|Scheduled restart)/g,
  /\bKilled process \d+,? \(([^)\s]+)\)/g,
  /\btask=([\w.-]+),pid=\d/g,
];

/**
 * Finds the component that an agent's message is about. A kubelet reports on its pods, the kernel on processes: not on
 * themselves.
 *
 * @param idOf looks up a known name. @returns null if the text names no other known component.
 */
export function subjectIn(text: string, speaker: string, idOf: (name: string) => string | null): string | null {
  for (const place of PLACES)
    for (const [, name = ""] of text.matchAll(place)) {
      const workload = workloadOfPod(name);
      const id = idOf(name) ?? (workload === null ? null : idOf(workload));
      if (id !== null && id !== speaker) return id;
    }
  return null;
}

/** Where controllers name the node that they report about. */
const NODE_PLACES: readonly RegExp[] = [
  /\bnode(?:Name|_name)?\\?["']?\s?[=:]\s?\\?["']?([a-z0-9][a-z0-9.-]{2,252})/i,
  /\bnode \\?["']?([a-z0-9][a-z0-9.-]{2,252})\\?["']? (?:status|is|has|not|becomes|was)\b/i,
];

/**
 * The node that a controller's message is about; null if it names none. A node that is down often tells nothing itself.
 */
export const nodeIn = (text: string): string | null =>
  NODE_PLACES.flatMap((place) => place.exec(text)?.[1] ?? []).find((name) => /\d|-|\./.test(name)) ?? null;
