import { z } from "zod";
import type { SignedRequest, WebhookDoor } from "./webhook-door.ts";

/** Sizes of a reported change: what a person reads, and what the analysis uses. */
const [MAX_NAME, MAX_SUMMARY, MAX_DIFF, MAX_FILES] = [200, 2_000, 64 * 1024, 500];
export const MAX_CHANGES = 500;

/** A change that somebody reported. `id` identifies it at its sender; a later report of the same id replaces it. */
export const ReportedChange = z.object({
  timeUnixMs: z.number(),
  beganUnixMs: z.number().optional(),
  entity: z.string().min(1).max(MAX_NAME),
  kind: z.enum(["deploy", "config", "flag", "scale", "other"]),
  id: z.string().min(1).max(MAX_NAME),
  summary: z.string().max(MAX_SUMMARY).nullable().default(null),
  /** `commit`: what a deploy with the same id carries. `status`: the state of a provider. */
  type: z.string().max(40).optional(),
  status: z.string().max(60).optional(),
  author: z.string().max(MAX_NAME).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  files: z.array(z.string().max(1_000)).max(MAX_FILES).optional(),
  diff: z.string().max(MAX_DIFF).optional(),
});
export type ReportedChange = z.infer<typeof ReportedChange>;

/** `duplicates`: changes that were reported before, with the same content. */
export type AcceptedChanges = { accepted: number; duplicates: number };

/** How changes of one sender are checked and read. */
export type ChangeDoor = Pick<WebhookDoor, "source" | "authenticate"> & {
  /** Changes of one request; empty if it reports nothing that matters. @throws {IncidentError} BAD_INPUT */
  read(payload: unknown, request: { receivedAtMs: number } & Pick<SignedRequest, "header">): ReportedChange[];
};
export type ChangeDoors = ReadonlyMap<string, ChangeDoor>;
