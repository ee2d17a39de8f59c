import { z } from "@hono/zod-openapi";

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/;
const Id = z
  .string()
  .regex(ID, "Ids begin with a letter or digit and hold at most 200 of letters, digits, and . _ : @ -");

export const IncidentPath = z.object({
  incidentId: Id.openapi({ param: { name: "incidentId", in: "path" }, example: "shop-001" }),
});
export const AnalysisPath = z.object({
  analysisId: Id.openapi({ param: { name: "analysisId", in: "path" }, example: "an-0a1b2c3d4e" }),
});
export const ActionPath = z.object({
  actionId: Id.openapi({ param: { name: "actionId", in: "path" }, example: "an-0a1b2c3d4e-a1" }),
});
export const IncidentId = Id;

export const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const PageQuery = z.object({
  limit: Limit,
  cursor: z.string().min(1).max(500).optional().openapi({ description: "The next_cursor of the page before." }),
});

export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({ description: "A repeat under the same key is answered as the first was." }),
});

/** Text that people read: no control characters, which could forge lines of a log or hide what follows. */
export const Prose = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, "control characters are not taken");

/** A name or title: one line, which reads in the direction in which it is written. */
export const Line = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(
      /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u,
      "it is one line, without control characters and marks of direction",
    );

/** A JSON answer, for a route's documentation. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
