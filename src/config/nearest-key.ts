import { z } from "zod";
import { nearestName } from "../domain/nearest-name.ts";

/** Adds the key that was probably meant to each message about an unknown key. */
export const withSuggestions = (schema: z.ZodType, { issues }: z.ZodError): z.ZodError =>
  new z.ZodError(
    issues.map((issue) => {
      if (issue.code !== "unrecognized_keys") return issue;
      const known = keysAt(schema, issue.path);
      const meant = issue.keys.flatMap((key) => nearestName(key, known) ?? []);
      return meant.length === 0 ? issue : { ...issue, message: `${issue.message}. Did you mean ${meant.join(", ")}?` };
    }),
  );

/** The keys that the objects of a schema may have at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = schema._zod as z.core.$ZodTypes["_zod"];
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
      return keysAt(def.innerType, path);
    case "pipe":
      return [...keysAt(def.in, path), ...keysAt(def.out, path)];
    case "union":
      return def.options.flatMap((option) => keysAt(option, path));
    case "array":
      return path.length === 0 ? [] : keysAt(def.element, path.slice(1));
    case "record":
      return path.length === 0 ? [] : keysAt(def.valueType, path.slice(1));
    case "object": {
      const [first] = path;
      if (first === undefined) return Object.keys(def.shape);
      const field = def.shape[String(first)];
      return field === undefined ? [] : keysAt(field, path.slice(1));
    }
    default:
      return [];
  }
}
