import { z } from "zod";
import type { ChangeDoor, ReportedChange } from "../../domain/reported-change.ts";
import { readPayload } from "../webhooks/read-payload.ts";
import { timeMs } from "../webhooks/times.ts";
import { changeOf, type ServiceOf } from "./parts.ts";

const Project = z.object({ path_with_namespace: z.string(), name: z.string() });
const User = z.object({ username: z.string().nullish(), name: z.string().nullish() }).nullish();
const Payload = z.discriminatedUnion("object_kind", [
  z.object({
    object_kind: z.literal("deployment"),
    status: z.string(),
    status_changed_at: z.string().nullish(),
    environment: z.string().nullish(),
    ref: z.string().nullish(),
    short_sha: z.string(),
    commit_title: z.string().nullish(),
    deployable_url: z.string().nullish(),
    user: User,
    project: Project,
  }),
  z.object({
    object_kind: z.literal("merge_request"),
    user: User,
    project: Project,
    object_attributes: z.object({
      iid: z.number(),
      title: z.string(),
      action: z.string().nullish(),
      merge_commit_sha: z.string().nullish(),
      updated_at: z.string().nullish(),
      url: z.string().nullish(),
    }),
  }),
  z.object({
    object_kind: z.literal("release"),
    action: z.string(),
    tag: z.string(),
    name: z.string().nullish(),
    released_at: z.string().nullish(),
    url: z.string().nullish(),
    project: Project,
  }),
  z.object({
    object_kind: z.literal("feature_flag"),
    user: User,
    project: Project,
    object_attributes: z.object({ id: z.number(), name: z.string(), active: z.boolean() }),
  }),
]);
const KINDS: readonly string[] = ["deployment", "merge_request", "release", "feature_flag"];
const Kind = z.looseObject({ object_kind: z.string() });

/** Statuses in which a deployment changed what runs. */
export const GITLAB_ENDED: readonly string[] = ["success", "failed"];
/** Commits are named as webhooks name them. */
export const shortSha = (sha: string): string => sha.slice(0, 8);

type ProjectNames = { path_with_namespace: string; name: string };
type Times = { timeUnixMs: number; beganUnixMs?: number };
type DeployedParts = Times & {
  status: string;
  sha: string;
  ref: string | null | undefined;
  environment: string | null | undefined;
  title: string | null | undefined;
  author: string | null | undefined;
  url: string | null | undefined;
};

/** A deployment that ended in `status`, or is under way. Webhooks and the API give the same change. */
export function gitLabDeployed(
  serviceOf: ServiceOf,
  { path_with_namespace: path, name }: ProjectNames,
  { status, sha, ref, environment, title, ...more }: DeployedParts,
): ReportedChange {
  const id = shortSha(sha);
  const did = status === "success" ? "deployed" : status === "failed" ? "failed to deploy" : "began to deploy";
  return changeOf({
    ...more,
    entity: serviceOf(`${path}:${environment}`, path, name),
    kind: "deploy",
    id,
    summary: `${did} ${ref ?? id}${environment ? ` to ${environment}` : ""}${title ? `: ${title}` : ""}`,
  });
}

type MergedParts = {
  iid: number;
  title: string;
  sha: string | null | undefined;
  author: string | null | undefined;
  url: string | null | undefined;
  timeUnixMs: number;
};
export const gitLabMerged = (
  serviceOf: ServiceOf,
  { path_with_namespace: path, name }: ProjectNames,
  { iid, title, sha, ...more }: MergedParts,
): ReportedChange =>
  changeOf({
    ...more,
    entity: serviceOf(path, name),
    kind: "other",
    type: "commit",
    id: sha ? shortSha(sha) : `!${iid}`,
    summary: `merged !${iid}: ${title}`,
  });

type ReleasedParts = {
  tag: string;
  name: string | null | undefined;
  author?: string | null | undefined;
  url: string | null | undefined;
  timeUnixMs: number;
};
export const gitLabReleased = (
  serviceOf: ServiceOf,
  { path_with_namespace: path, name }: ProjectNames,
  release: ReleasedParts,
): ReportedChange =>
  changeOf({
    timeUnixMs: release.timeUnixMs,
    entity: serviceOf(path, name),
    kind: "deploy",
    id: release.tag,
    summary: `released ${release.name || release.tag}`,
    author: release.author,
    url: release.url,
  });

/**
 * Changes of a GitLab webhook: deployments that ended, merged merge requests, releases, feature flags.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhook_events/
 */
export const readGitLabEvent =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload, { receivedAtMs }) => {
    if (!KINDS.includes(readPayload("GitLab", Kind, payload).object_kind)) return [];
    const event = readPayload("GitLab", Payload, payload);
    const { project } = event;
    const at = (time: string | null | undefined): number => timeMs(time) ?? receivedAtMs;
    switch (event.object_kind) {
      case "deployment": {
        if (!GITLAB_ENDED.includes(event.status)) return [];
        const { status, short_sha: sha, ref, environment, commit_title: title, deployable_url: url, user } = event;
        const timeUnixMs = at(event.status_changed_at);
        const deployed = { status, sha, ref, environment, title, url, author: user?.username, timeUnixMs };
        return [gitLabDeployed(serviceOf, project, deployed)];
      }
      case "merge_request": {
        const { iid, title, action, merge_commit_sha: sha, updated_at: updatedAt, url } = event.object_attributes;
        if (action !== "merge") return [];
        const timeUnixMs = at(updatedAt);
        return [gitLabMerged(serviceOf, project, { iid, title, sha, url, author: event.user?.username, timeUnixMs })];
      }
      case "release": {
        if (event.action !== "create") return [];
        const { tag, name, url } = event;
        return [gitLabReleased(serviceOf, project, { tag, name, url, timeUnixMs: at(event.released_at) })];
      }
      case "feature_flag": {
        const { id, name, active } = event.object_attributes;
        const entity = serviceOf(project.path_with_namespace, project.name);
        const summary = `turned the flag ${name} ${active ? "on" : "off"}`;
        const flagged = { kind: "flag" as const, id: `flag-${id}-${receivedAtMs}`, summary };
        return [changeOf({ timeUnixMs: receivedAtMs, entity, ...flagged, author: event.user?.username })];
      }
    }
  };
