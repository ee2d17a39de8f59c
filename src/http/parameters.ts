import { z } from "@hono/zod-openapi";

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/;
const Id = z
  .string()
  .regex(ID, "An id starts with a letter or digit and has at most 200 letters, digits, and . _ : @ -");

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
  cursor: z.string().min(1).max(500).optional().openapi({ description: "The next_cursor of the previous page." }),
});

export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({ description: "A repeated request with the same key gets the first answer again." }),
});

/** Text without control characters, which could forge log lines or hide text. */
export const Prose = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, "must not contain control characters");

/** A name or title: one line, without marks that change the reading direction. */
export const Line = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(
      /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u,
      "must be one line without control characters or direction marks",
    );

/** A JSON response, for the documentation of a route. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
