import { ApiFailure, unfitPatch } from "../api-failure.ts";
import { type ClusterObject, copyOf } from "../objects.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { isObject, mergePatch } from "./merge-patch.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

export const SERVER_SIDE_APPLY = "application/apply-patch+yaml";

/**
 * Applies a patch to a copy of an object.
 *
 * @param contentType says which kind of patch it is. Server-side apply is taken as a strategic merge patch: fields that
 *   an earlier apply had and this one has not stay, and nobody's fields are defended.
 * @throws {ApiFailure} Invalid if a JSON patch does not fit, such as a `test` that fails; UnsupportedMediaType.
 */
export function applyPatch(current: ClusterObject, contentType: string, patch: unknown): unknown {
  switch (contentType) {
    case "application/json-patch+json": {
      const patched = Array.isArray(patch) ? applyJsonPatch(copyOf(current), patch) : null;
      if (patched === null) throw unfitPatch();
      return patched;
    }
    case "application/merge-patch+json":
      return mergePatch(copyOf(current), patch);
    case "application/strategic-merge-patch+json":
    case SERVER_SIDE_APPLY:
      if (!isObject(patch)) throw new ApiFailure("BadRequest", "the patch is not an object");
      return strategicMergePatch(copyOf(current), patch);
    default:
      throw new ApiFailure(
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, " +
          "application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
      );
  }
}
