import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, IncidentError } from "../domain/errors.ts";
import type { AppEnv } from "./app-env.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** What every refusal looks like. @see RFC 9457 */
export const ProblemDetails = z
  .object({
    type: z.string().openapi({ example: "urn:causeway:problem:not-found" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "What failed, on what." }),
    hint: z.string().optional().openapi({ description: "What to do." }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "Each field that does not fit." }),
    trace_id: z.string().openapi({ description: "Stands in the log of the server, too." }),
  })
  .openapi("Problem");
export type ProblemDetails = z.infer<typeof ProblemDetails>;

const TITLES: Readonly<Record<number, readonly [slug: string, title: string]>> = {
  400: ["malformed", "The request cannot be read"],
  401: ["unauthenticated", "A key is needed"],
  403: ["forbidden", "This is not allowed"],
  404: ["not-found", "There is no such thing"],
  405: ["method-not-allowed", "This cannot be done here"],
  408: ["too-slow", "The request took too long to arrive"],
  409: ["conflict", "This conflicts with what is on record"],
  413: ["too-large", "The request is too large"],
  415: ["unsupported-media-type", "This kind of content is not taken here"],
  421: ["misdirected", "This server does not go by that name"],
  422: ["invalid", "The request is not valid"],
  429: ["too-many", "Too much at once"],
  500: ["defect", "A defect of Causeway itself"],
  502: ["bad-gateway", "Another server answered in a way that was not understood"],
  503: ["unavailable", "Something that is needed cannot be reached"],
};

/** Of the same status as a defect, but for whoever runs the server to mend. */
const MISCONFIGURED = ["misconfigured", "The server cannot do this as it is set up"] as const;

const STATUS_OF: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  NOT_FOUND: 404,
  BAD_INPUT: 422,
  REJECTED: 409,
  BUSY: 429,
  UNAVAILABLE: 503,
  BAD_RESPONSE: 502,
  CONFIG: 500,
};
const DEFAULT_RETRY_AFTER_MS = 5_000;

export type Refusal = {
  kind?: readonly [slug: string, title: string];
  hint?: string;
  errors?: NonNullable<ProblemDetails["errors"]>;
  headers?: Readonly<Record<string, string>>;
};

/** What a middleware or handler throws where HTTP itself is what is wrong; expected failures of the program are IncidentErrors. */
export const refusal = (status: ContentfulStatusCode, detail: string, rest: Refusal = {}): HTTPException =>
  new HTTPException(status, { message: detail, cause: rest });

/** Answers with a problem. */
export function problem(
  c: Context<AppEnv>,
  status: ContentfulStatusCode,
  detail: string,
  { kind, hint, errors, headers = {} }: Refusal = {},
): Response {
  const [slug, title] = kind ?? TITLES[status] ?? [`status-${status}`, "The request was refused"];
  const body: ProblemDetails = {
    type: `urn:causeway:problem:${slug}`,
    title,
    status,
    detail,
    ...(hint === undefined ? {} : { hint }),
    ...(errors === undefined ? {} : { errors }),
    trace_id: c.var.trace.traceId,
  };
  return c.body(JSON.stringify(body), status, { ...headers, "content-type": PROBLEM_TYPE });
}

const isRefusal = (cause: unknown): cause is Refusal => typeof cause === "object" && cause !== null;

/** Any failure as an answer; what nobody expected is told as a defect, and its stack stays in the log. */
export function problemOf(c: Context<AppEnv>, error: unknown): Response {
  if (error instanceof HTTPException)
    return problem(
      c,
      error.status as ContentfulStatusCode,
      error.message || "The request was refused.",
      isRefusal(error.cause) ? error.cause : {},
    );
  if (!(error instanceof IncidentError))
    return problem(c, 500, "Causeway made a mistake. The log tells more, under this trace id.", {
      hint: "Please report it, with what you sent.",
    });
  const status = STATUS_OF[error.code];
  const retryAfterMs = error.retryAfterMs ?? (status === 429 || status === 503 ? DEFAULT_RETRY_AFTER_MS : null);
  const kind = error.code === "CONFIG" ? { kind: MISCONFIGURED } : {};
  return problem(c, status, error.message, {
    ...kind,
    hint: error.hint,
    headers: retryAfterMs === null ? {} : retryAfter(retryAfterMs),
  });
}

export const retryAfter = (ms: number): Record<string, string> => ({
  "retry-after": String(Math.max(1, Math.ceil(ms / 1_000))),
});

type Responses = Parameters<typeof createRoute>[0]["responses"];

/** What a route may refuse with, for its documentation. */
export const refusals = (...statuses: readonly number[]): Responses =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: TITLES[status]?.[1] ?? "Refused", content: { [PROBLEM_TYPE]: { schema: ProblemDetails } } },
    ]),
  );
