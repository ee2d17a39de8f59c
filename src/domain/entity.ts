import { z } from "zod";

/** Kinds that rules know. The field itself is an open string: a system may name others. */
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

/** Something that can fail, named as its own system names it (`ns/Kind/name` for Kubernetes objects). */
export const Entity = z.object({ id: z.string().min(1), kind: z.string().min(1) });
export type Entity = z.infer<typeof Entity>;
