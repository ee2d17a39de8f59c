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

/** Something that can fail. Its id is the name that its own system uses (`ns/Kind/name` for Kubernetes objects). */
export const Entity = z.object({ id: z.string().min(1), kind: z.string().min(1) });
export type Entity = z.infer<typeof Entity>;
