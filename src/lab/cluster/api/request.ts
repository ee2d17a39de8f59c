import { ApiFailure } from "../api-failure.ts";
import { groupVersionOf, KINDS, type ServedKind } from "../kinds.ts";

export type ApiVerb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** A request for objects. `body`: parsed JSON or YAML; null if there is none. */
export type ObjectRequest = {
  verb: ApiVerb;
  kind: ServedKind;
  namespace: string | null;
  name: string | null;
  subresource: string | null;
  query: URLSearchParams;
  contentType: string;
  body: unknown;
  manager: string;
};

/** Where a path leads; `type` may be a review, which is not a stored kind. */
export type ResourcePath = {
  groupVersion: string;
  namespace: string | null;
  type: string;
  name: string | null;
  subresource: string | null;
};

/** Reads the path of a resource; null if it is none. */
export function resourcePath(path: string): ResourcePath | null {
  const [, root, rest = ""] = /^\/(?:api\/(v1)|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const groupVersion = root ?? /^\/apis\/([^/]+\/[^/]+)\//.exec(path)?.[1];
  if (groupVersion === undefined) return null;
  const words = rest.split("/").map(decodeURIComponent);
  // /namespaces/NAME and its subresources are the Namespace itself
  const isInside = words[0] === "namespaces" && words.length > 2 && !/^(status|finalize)$/.test(words[2] ?? "");
  const namespace = isInside ? (words[1] ?? null) : null;
  const [type = "", name = null, subresource = null, ...more] = isInside ? words.slice(2) : words;
  return type === "" || more.length > 0 ? null : { groupVersion, namespace, type, name, subresource };
}

export const kindAt = ({ groupVersion, type }: ResourcePath): ServedKind | null =>
  KINDS.find((kind) => kind.plural === type && groupVersionOf(kind) === groupVersion) ?? null;

/** What an HTTP method does with a resource. @throws {ApiFailure} MethodNotAllowed. */
export function verbOf(method: string, { name }: ResourcePath, query: URLSearchParams): ApiVerb {
  const isWatch = /^(1|true)$/.test(query.get("watch") ?? "");
  switch (method) {
    case "GET":
      return isWatch ? "watch" : name === null ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === null ? "deletecollection" : "delete";
    default:
      throw new ApiFailure("MethodNotAllowed", "the server does not allow this method on the requested resource");
  }
}
