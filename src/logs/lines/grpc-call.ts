import { levelOfStatus } from "./access-line.ts";
import { severityOfLevel } from "./severity.ts";

/** The codes of gRPC, by number. */
const CODES = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
] as const;
/** The HTTP status of each code, as Google's APIs map them. */
const HTTP = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];
/** Codes without case and separators; `CANCELLED` has two spellings. */
const NUMBERS = new Map<string, number>([
  ...CODES.map((code, number): [string, number] => [code.toLowerCase(), number]),
  ["cancelled", 1],
]);

/** A call of gRPC. `status`: the HTTP status that its code stands for. `statement`: route and code. */
export type GrpcCall = { status: number; statement: string };

/**
 * Reads a finished call of gRPC: `grpc.code=Unavailable grpc.service=shop.Cart grpc.method=Get`.
 *
 * @param code a name, in any spelling, or a number. @returns null for anything else.
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 */
export function grpcCall(code: string, service: string | null, method: string | null): GrpcCall | null {
  const name = code.toLowerCase().replaceAll(/[\s_-]/g, "");
  const number = /^\d{1,2}$/.test(name) ? Number(name) : NUMBERS.get(name);
  const status = number === undefined ? undefined : HTTP[number];
  if (number === undefined || status === undefined) return null;
  const path =
    method === null || method.startsWith("/") ? method : `/${service === null ? "" : `${service}/`}${method}`;
  return { status, statement: [path, CODES[number]].filter((part) => part !== null).join(" ") };
}

/** The level of a call: the one that the line states, unless its status is worse. */
export function levelOfCall(stated: string | null, status: number): string | null {
  const isMild = stated === null || (severityOfLevel(stated) ?? "info") === "info";
  const isWarn = stated !== null && severityOfLevel(stated) === "warn";
  return status >= 500 && (isMild || isWarn) ? "error" : isMild && status >= 400 ? levelOfStatus(status) : stated;
}
