import { z } from "zod";
import { Defect } from "../process/messages.ts";

const Address = z.object({ host: z.string(), port: z.number() });

/** Sent by the runtime to the process of a container. */
export const ContainerCommand = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("defect"), defect: Defect }),
  /** Ends the defects of a kind. */
  z.object({ kind: z.literal("mend"), defectKind: z.string() }),
  z.object({ kind: z.literal("resolved"), id: z.number(), address: Address.nullable() }),
]);
export type ContainerCommand = z.infer<typeof ContainerCommand>;

/** Sent by the process of a container to the runtime. */
export const ContainerNotice = z.discriminatedUnion("kind", [
  /** It listens on `port` of this computer; for the cluster, that is `containerPort` of the pod. */
  z.object({ kind: z.literal("listening"), containerPort: z.number(), port: z.number() }),
  z.object({ kind: z.literal("resolve"), id: z.number(), host: z.string(), port: z.number() }),
]);
export type ContainerNotice = z.infer<typeof ContainerNotice>;
