import { z } from "zod";

/** A defect that a running process can be given. Each has real effects; no symptom is simulated. */
export const Defect = z.discriminatedUnion("kind", [
  /** One in `oneIn` reservations never returns its connection. */
  z.object({ kind: z.literal("leak_connections"), oneIn: z.number().int().min(1) }),
  /** Each request leaks about this much heap. */
  z.object({ kind: z.literal("leak_memory"), kilobytesPerRequest: z.number().positive() }),
  /** A job takes the lock of the service for `holdMs`, once each `everyMs`. Requests wait for it, and log `words`. */
  z.object({
    kind: z.literal("hold_lock"),
    everyMs: z.number().positive(),
    holdMs: z.number().positive(),
    words: z.string().min(1),
  }),
  /** Each request uses this much CPU time more. */
  z.object({ kind: z.literal("burn_cpu"), msPerRequest: z.number().positive() }),
  /** A loop that takes work from a queue never takes another message. */
  z.object({ kind: z.literal("stall") }),
  /** A store forgets a user of its, as `DROP USER` does. */
  z.object({ kind: z.literal("drop_user"), user: z.string().min(1) }),
  /** A program error in one code path: requests that take it fail with an exception. */
  z.object({ kind: z.literal("throw_error"), path: z.string().min(1) }),
]);
export type Defect = z.infer<typeof Defect>;

/** Settings of one service and version: numbers, texts and lists of texts. */
export const ShopServiceConfig = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));
export type ShopServiceConfig = z.infer<typeof ShopServiceConfig>;

/** Start arguments of a service process. */
export const ServiceSettings = z.object({
  name: z.string(),
  /** 0: any free port. */
  port: z.number(),
  /** Ports of the services that it calls. */
  peers: z.record(z.string(), z.number()),
  logFile: z.string(),
  spanFile: z.string(),
  /** Endpoint of an OTLP/HTTP receiver that gets the spans too; null: none. */
  otlpEndpoint: z.string().nullable(),
  databaseFile: z.string(),
  configVersion: z.number(),
  config: ShopServiceConfig,
});
export type ServiceSettings = z.infer<typeof ServiceSettings>;

/** Delay that a relay adds, in each direction separately. */
export const Delay = z.object({ meanMs: z.number().min(0), jitterMs: z.number().min(0) });
export type Delay = z.infer<typeof Delay>;

/** Sent by the supervisor to a process. */
export const ProcessCommand = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("configure"), version: z.number(), config: ShopServiceConfig }),
  z.object({ kind: z.literal("defect"), defect: Defect }),
  z.object({ kind: z.literal("delay"), delay: Delay }),
]);
export type ProcessCommand = z.infer<typeof ProcessCommand>;

/** Sent by a process to the supervisor. */
export const Notice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("listening"), port: z.number() }),
  z.object({ kind: z.literal("failed"), reason: z.string() }),
]);
export type Notice = z.infer<typeof Notice>;
