import { z } from "zod";
import type { ChangeDoor, ReportedChange } from "../../domain/reported-change.ts";
import { readPayload } from "../webhooks/read-payload.ts";
import { timeMs } from "../webhooks/times.ts";
import { changeOf, type ServiceOf } from "./parts.ts";

const Repository = z.object({ full_name: z.string(), name: z.string() });
const Login = z.object({ login: z.string() }).nullish();
const DeploymentStatus = z.object({
  deployment_status: z.object({
    state: z.string(),
    created_at: z.string(),
    environment: z.string().nullish(),
    target_url: z.string().nullish(),
  }),
  deployment: z.object({
    sha: z.string(),
    ref: z.string().nullish(),
    description: z.string().nullish(),
    creator: Login,
  }),
  repository: Repository,
});
const Release = z.object({
  action: z.string(),
  release: z.object({
    tag_name: z.string(),
    name: z.string().nullish(),
    published_at: z.string().nullish(),
    html_url: z.string().nullish(),
    author: Login,
  }),
  repository: Repository,
});
const PullRequest = z.object({
  action: z.string(),
  pull_request: z.object({
    number: z.number(),
    title: z.string(),
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    merge_commit_sha: z.string().nullish(),
    html_url: z.string().nullish(),
    user: Login,
  }),
  repository: Repository,
});

/** States in which a deployment changed what runs. */
const REACHED: readonly string[] = ["success", "failure", "error"];

/**
 * Changes of a GitHub webhook: deployments that ended, published releases, merged pull requests. Other events hold none.
 *
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const readGitHubEvent =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload, { header, receivedAtMs }): ReportedChange[] => {
    const at = (time: string | null | undefined): number => timeMs(time) ?? receivedAtMs;
    switch (header("x-github-event")) {
      case "deployment_status": {
        const { deployment_status: status, deployment, repository } = readPayload("GitHub", DeploymentStatus, payload);
        if (!REACHED.includes(status.state)) return [];
        return [
          changeOf({
            timeUnixMs: at(status.created_at),
            entity: serviceOf(repository.full_name, repository.name),
            kind: "deploy",
            id: deployment.sha,
            summary: sentence([
              `${status.state === "success" ? "deployed" : "failed to deploy"} ${deployment.ref ?? deployment.sha}`,
              status.environment ? ` to ${status.environment}` : "",
              deployment.description ? `: ${deployment.description}` : "",
            ]),
            author: deployment.creator?.login,
            url: status.target_url,
          }),
        ];
      }
      case "release": {
        const { action, release, repository } = readPayload("GitHub", Release, payload);
        if (action !== "published") return [];
        return [
          changeOf({
            timeUnixMs: at(release.published_at),
            entity: serviceOf(repository.full_name, repository.name),
            kind: "deploy",
            id: release.tag_name,
            summary: sentence(["released ", release.name || release.tag_name]),
            author: release.author?.login,
            url: release.html_url,
          }),
        ];
      }
      case "pull_request": {
        const { action, pull_request: pull, repository } = readPayload("GitHub", PullRequest, payload);
        if (action !== "closed" || pull.merged !== true) return [];
        return [
          changeOf({
            timeUnixMs: at(pull.merged_at),
            entity: serviceOf(repository.full_name, repository.name),
            kind: "other",
            type: "commit",
            id: pull.merge_commit_sha ?? `#${pull.number}`,
            summary: `merged #${pull.number}: ${pull.title}`,
            author: pull.user?.login,
            url: pull.html_url,
          }),
        ];
      }
      default:
        return [];
    }
  };

const sentence = (parts: readonly string[]): string => parts.join("");
