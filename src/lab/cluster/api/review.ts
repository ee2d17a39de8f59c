import { isObject } from "./merge-patch.ts";

/** Who calls. `canWrite`: false for one who may only read. */
export type ApiUser = { name: string; groups: readonly string[]; canWrite: boolean };

const READS = new Set(["get", "list", "watch"]);

/** Whether a user may do this, with the reason. Nobody but the operator reads Secrets. */
export function mayDo(user: ApiUser, verb: string, type: string): { isAllowed: boolean; why: string } {
  if (user.canWrite) return { isAllowed: true, why: "the operator of the lab may do everything" };
  if (type === "secrets") return { isAllowed: false, why: "viewers do not read Secrets" };
  if (type.endsWith("reviews")) return { isAllowed: true, why: "everybody may ask what they may do" };
  return READS.has(verb) ? { isAllowed: true, why: "viewers read" } : { isAllowed: false, why: "viewers only read" };
}

/** Answers `kubectl auth can-i` and `kubectl auth whoami`. @returns null if the type is not a review. */
export function review(type: string, user: ApiUser, body: unknown): object | null {
  const request = isObject(body) ? body : {};
  if (type === "selfsubjectreviews")
    return { ...request, status: { userInfo: { username: user.name, groups: user.groups } } };
  if (type === "selfsubjectrulesreviews") {
    const verbs = user.canWrite ? ["*"] : [...READS];
    const resourceRules = [{ verbs, apiGroups: ["*"], resources: ["*"] }];
    return { ...request, status: { resourceRules, nonResourceRules: [], incomplete: false } };
  }
  if (type !== "selfsubjectaccessreviews") return null;
  const spec = isObject(request.spec) ? request.spec : {};
  const { verb = "", resource = "" } = isObject(spec.resourceAttributes) ? spec.resourceAttributes : {};
  const { isAllowed, why } = mayDo(user, String(verb), String(resource));
  return { ...request, status: { allowed: isAllowed, reason: why } };
}
