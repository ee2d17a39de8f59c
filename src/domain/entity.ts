import { z } from "zod";

/** The kinds that rules know. The field itself is an open string, because a system may have others. */
export const KNOWN_ENTITY_KINDS = [
  "service",
  "pod",
  "node",
  "namespace",
  "app",
  "database",
  "external",
  "entry",
  "unknown",
] as const;

/** Kinds of one running instance of a service, as platforms name them. */
const INSTANCE_KINDS = new Set(["pod", "container", "instance", "task", "process", "replica"]);
/** Kinds of entity that instances run on. */
const HOST_KINDS = new Set(["node", "host", "vm", "server", "machine"]);
/** Kinds of a tester that calls the system from outside, as users do. */
const PROBE_KINDS = new Set(["probe", "synthetic", "canary", "monitor"]);

export const isInstanceKind = (kind: string): boolean => INSTANCE_KINDS.has(kind);
export const isHostKind = (kind: string): boolean => HOST_KINDS.has(kind);
export const isProbeKind = (kind: string): boolean => PROBE_KINDS.has(kind);

/** Something that can fail. Its id is the name that its own system uses (`ns/Kind/name` for Kubernetes objects). */
export const Entity = z.object({ id: z.string().min(1), kind: z.string().min(1) });
export type Entity = z.infer<typeof Entity>;
