import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, IncidentError } from "../domain/errors.ts";
import type { AppEnv } from "./app-env.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** The body of every error response. @see RFC 9457 */
export const ProblemDetails = z
  .object({
    type: z.string().openapi({ example: "urn:causeway:problem:not-found" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "What failed." }),
    hint: z.string().optional().openapi({ description: "What to do." }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "Each invalid field." }),
    trace_id: z.string().openapi({ description: "Also in the server log." }),
  })
  .openapi("Problem");
export type ProblemDetails = z.infer<typeof ProblemDetails>;

const TITLES: Readonly<Record<number, readonly [slug: string, title: string]>> = {
  400: ["malformed", "The request is malformed"],
  401: ["unauthenticated", "The request needs a valid key"],
  403: ["forbidden", "Not allowed"],
  404: ["not-found", "Not found"],
  405: ["method-not-allowed", "Method not supported"],
  408: ["too-slow", "The request took too long to arrive"],
  409: ["conflict", "The request conflicts with the current state"],
  413: ["too-large", "The request is too large"],
  415: ["unsupported-media-type", "Content type not supported"],
  421: ["misdirected", "Wrong host name"],
  422: ["invalid", "The request is not valid"],
  429: ["too-many", "Too many requests"],
  500: ["defect", "A bug in Causeway"],
  502: ["bad-gateway", "Another server sent an invalid answer"],
  503: ["unavailable", "A dependency is not available"],
};

/** Same status as a bug, but the operator can fix it. */
const MISCONFIGURED = ["misconfigured", "The server is not configured for this"] as const;

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

/** Middleware and handlers throw this for HTTP errors. Expected failures of the program are IncidentErrors. */
export const refusal = (status: ContentfulStatusCode, detail: string, rest: Refusal = {}): HTTPException =>
  new HTTPException(status, { message: detail, cause: rest });

/** Responds with problem details. */
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

/** Turns any error into a response. An unexpected error shows as a bug; its stack stays in the log. */
export function problemOf(c: Context<AppEnv>, error: unknown): Response {
  if (error instanceof HTTPException)
    return problem(
      c,
      error.status as ContentfulStatusCode,
      error.message || "The request was refused.",
      isRefusal(error.cause) ? error.cause : {},
    );
  if (!(error instanceof IncidentError))
    return problem(c, 500, "Causeway hit a bug. The server log has the details under this trace id.", {
      hint: "Please report it, with the request that you sent.",
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

/** The error responses of a route, for its documentation. */
export const refusals = (...statuses: readonly number[]): Responses =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: TITLES[status]?.[1] ?? "Refused", content: { [PROBLEM_TYPE]: { schema: ProblemDetails } } },
    ]),
  );
