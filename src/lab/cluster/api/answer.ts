import { ApiFailure, notFound, resourceName } from "../api-failure.ts";
import type { ClusterObject } from "../objects.ts";
import { isObject } from "./merge-patch.ts";
import { applyPatch, SERVER_SIDE_APPLY } from "./patch.ts";
import { listBody, readPage } from "./reading.ts";
import type { DeleteOptions, Registry, WriteOptions } from "./registry.ts";
import type { ObjectRequest } from "./request.ts";
import { bind, evict, podOf, scaleOf, withScale } from "./subresources.ts";
import { tableOf, wantsTable } from "./table.ts";

/** `body`: an object of the API, or a `Status`. */
export type ApiAnswer = { code: number; body: object };
export type AnswerContext = { registry: Registry; accept: string; nowMs: number };

/**
 * Answers a request for objects, except for a watch and for logs.
 *
 * @throws {ApiFailure} as Kubernetes refuses.
 */
export function answerRequest(request: ObjectRequest, context: AnswerContext): ApiAnswer {
  const { registry, accept, nowMs } = context;
  const { verb, kind, namespace, name, subresource, query } = request;
  if (subresource !== null && !kind.subresources.includes(subresource))
    throw new ApiFailure("NotFound", "the server could not find the requested resource");
  const include = query.get("includeObject");
  const one = (object: ClusterObject, code = 200): ApiAnswer => ({
    code,
    body: wantsTable(accept) && subresource === null ? table([object], object.metadata) : object,
  });
  const table = (objects: readonly ClusterObject[], metadata: object): object =>
    tableOf(kind.kind, objects, { metadata, nowMs, include });

  if (verb === "list") {
    const page = readPage(registry.store, request);
    return { code: 200, body: wantsTable(accept) ? table(page.items, page.metadata) : listBody(kind, page) };
  }
  if (verb === "deletecollection") {
    const { items } = readPage(registry.store, request);
    for (const object of items) registry.remove(kind, object, deletion(request));
    return { code: 200, body: listBody(kind, { items, metadata: {} }) };
  }
  if (subresource === "scale") return { code: 200, body: answerScale(request, registry) };
  if (verb === "get") return one(registry.get(kind, namespace, name ?? ""));
  if (verb === "create") {
    if (subresource === null) return one(registry.create(kind, namespace, request.body, writing(request)), 201);
    const pod = podOf(registry, namespace, name);
    (subresource === "eviction" ? evict : bind)(registry, pod, request.body, writing(request));
    return { code: 201, body: success(request, pod) };
  }
  if (verb === "delete") {
    const object = registry.get(kind, namespace, name ?? "");
    const wanted = isObject(request.body) && isObject(request.body.preconditions) ? request.body.preconditions : {};
    if (wanted.uid !== undefined && wanted.uid !== object.metadata.uid)
      throw new ApiFailure("Conflict", `Precondition failed: UID in precondition: ${String(wanted.uid)}`);
    const left = registry.remove(kind, object, deletion(request));
    const isGone = registry.store.get(kind, namespace, name ?? "") === null;
    return isGone ? { code: 200, body: success(request, object) } : one(left);
  }
  if (verb === "update") return one(registry.update(kind, placed(request), writing(request)));
  if (request.contentType === SERVER_SIDE_APPLY && registry.store.get(kind, namespace, name ?? "") === null)
    return one(registry.create(kind, namespace, request.body, writing(request)), 201);
  const current = registry.get(kind, namespace, name ?? "");
  const patched = applyPatch(current, request.contentType, request.body);
  return one(registry.update(kind, patched, writing(request)));
}

function answerScale(request: ObjectRequest, registry: Registry): object {
  const { verb, kind, namespace, name } = request;
  const current = registry.get(kind, namespace, name ?? "");
  if (verb === "get") return scaleOf(current);
  const scale =
    verb === "update" ? request.body : applyPatch(scaleOf(current) as ClusterObject, request.contentType, request.body);
  return scaleOf(registry.update(kind, withScale(current, scale), writing(request)));
}

/** The object of a PUT, which must be the one that the path names. */
function placed({ body, namespace, name, kind }: ObjectRequest): unknown {
  const metadata = isObject(body) && isObject(body.metadata) ? body.metadata : {};
  if (metadata.name !== name) throw new ApiFailure("BadRequest", `the name of the object does not match the URL`);
  if (kind.isNamespaced && namespace === null) throw notFound(kind, name ?? "");
  return { ...(body as object), metadata: { ...metadata, ...(namespace === null ? {} : { namespace }) } };
}

const writing = ({ query, manager, subresource }: ObjectRequest): WriteOptions => ({
  manager: query.get("fieldManager") ?? manager,
  isDryRun: query.getAll("dryRun").includes("All"),
  isStrict: query.get("fieldValidation") === "Strict",
  subresource,
});

function deletion({ body, query }: ObjectRequest): DeleteOptions & { isDryRun: boolean } {
  const options = isObject(body) ? body : {};
  const grace = options.gracePeriodSeconds ?? query.get("gracePeriodSeconds");
  const dryRun: unknown = options.dryRun ?? query.getAll("dryRun");
  return {
    graceSeconds: grace === null || grace === undefined ? null : Number(grace),
    keepsDependents: (options.propagationPolicy ?? query.get("propagationPolicy")) === "Orphan",
    isDryRun: Array.isArray(dryRun) && dryRun.includes("All"),
  };
}

const success = ({ kind }: ObjectRequest, { metadata }: { metadata: ClusterObject["metadata"] }): object => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  details: { name: metadata.name, group: kind.group, kind: resourceName(kind), uid: metadata.uid },
});
