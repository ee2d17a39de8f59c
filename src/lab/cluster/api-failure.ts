import { groupVersionOf, type ServedKind } from "./kinds.ts";

/** The reasons that the API gives, with their HTTP status. */
const CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  ServiceUnavailable: 503,
} as const;
export type FailureReason = keyof typeof CODES;
type Cause = { reason: string; message: string; field?: string };

/**
 * A refusal of the API. Its answer is the `Status` that Kubernetes gives, whose message is for people.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md
 */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly reason: FailureReason;
  readonly code: number;
  readonly details: Record<string, unknown>;

  constructor(reason: FailureReason, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.reason = reason;
    this.code = CODES[reason];
    this.details = details;
  }

  /** As `Status`, the body of the answer. */
  get status(): object {
    const { message, reason, code, details } = this;
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  }
}

/** `deployments.apps`, as messages name a type. */
export const resourceName = ({ plural, group }: ServedKind): string => (group === "" ? plural : `${plural}.${group}`);
const detailsOf = (kind: ServedKind, name: string) => ({ name, group: kind.group, kind: kind.plural });

export const notFound = (kind: ServedKind, name: string): ApiFailure =>
  new ApiFailure("NotFound", `${resourceName(kind)} "${name}" not found`, detailsOf(kind, name));

export const alreadyExists = (kind: ServedKind, name: string): ApiFailure =>
  new ApiFailure("AlreadyExists", `${resourceName(kind)} "${name}" already exists`, detailsOf(kind, name));

export const conflict = (kind: ServedKind, name: string, why?: string): ApiFailure =>
  new ApiFailure(
    "Conflict",
    `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ` +
      (why ?? "the object has been modified; please apply your changes to the latest version and try again"),
    detailsOf(kind, name),
  );

export const forbidden = (kind: ServedKind, name: string, why: string): ApiFailure =>
  new ApiFailure("Forbidden", `${resourceName(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name));

/** @param causes what is wrong with each field. */
export function invalid(kind: ServedKind, name: string, causes: readonly Required<Cause>[]): ApiFailure {
  const each = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = each.length === 1 ? each.join("") : `[${each.join(", ")}]`;
  const full = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiFailure("Invalid", `${full} "${name}" is invalid: ${list}`, {
    name,
    group: kind.group,
    kind: kind.kind,
    causes,
  });
}

/** What a JSON patch that does not fit answers: a `test` that fails, or a path that is not there. */
export const unfitPatch = (): ApiFailure =>
  new ApiFailure("Invalid", "the server rejected our request due to an error in our request", {
    apiVersion: groupVersionOf({ group: "", version: "v1" }),
  });
