import { z } from "zod";
import type { ChangeDoor } from "../../domain/reported-change.ts";
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
    const entity = serviceOf(event.project.path_with_namespace, event.project.name);
    const at = (time: string | null | undefined): number => timeMs(time) ?? receivedAtMs;
    switch (event.object_kind) {
      case "deployment":
        return ["success", "failed"].includes(event.status)
          ? [
              changeOf({
                timeUnixMs: at(event.status_changed_at),
                entity,
                kind: "deploy",
                id: event.short_sha,
                summary:
                  `${event.status === "success" ? "deployed" : "failed to deploy"} ${event.ref ?? event.short_sha}` +
                  `${event.environment ? ` to ${event.environment}` : ""}${event.commit_title ? `: ${event.commit_title}` : ""}`,
                author: event.user?.username,
                url: event.deployable_url,
              }),
            ]
          : [];
      case "merge_request": {
        const { iid, title, action, merge_commit_sha: sha, updated_at: updatedAt, url } = event.object_attributes;
        if (action !== "merge") return [];
        const summary = `merged !${iid}: ${title}`;
        const more = { author: event.user?.username, url, type: "commit" };
        const [timeUnixMs, id] = [at(updatedAt), sha?.slice(0, 8) ?? `!${iid}`];
        return [changeOf({ timeUnixMs, entity, kind: "other", id, summary, ...more })];
      }
      case "release": {
        if (event.action !== "create") return [];
        const [timeUnixMs, summary] = [at(event.released_at), `released ${event.name || event.tag}`];
        return [changeOf({ timeUnixMs, entity, kind: "deploy", id: event.tag, summary, url: event.url })];
      }
      case "feature_flag": {
        const { id, name, active } = event.object_attributes;
        const summary = `turned the flag ${name} ${active ? "on" : "off"}`;
        const flagged = { kind: "flag" as const, id: `flag-${id}-${receivedAtMs}`, summary };
        return [changeOf({ timeUnixMs: receivedAtMs, entity, ...flagged, author: event.user?.username })];
      }
    }
  };
