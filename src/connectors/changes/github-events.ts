import { z } from "zod";
import type { ChangeDoor, ReportedChange } from "../../domain/reported-change.ts";
import { readPayload } from "../webhooks/read-payload.ts";
import { timeMs } from "../webhooks/times.ts";
import { changeOf, type ServiceOf } from "./parts.ts";

const Repository = z.object({ full_name: z.string(), name: z.string() });
const Login = z.object({ login: z.string() }).nullish();
/** A deployment, in webhooks and in the API. */
export const GitHubDeployment = z.object({
  sha: z.string(),
  ref: z.string().nullish(),
  description: z.string().nullish(),
  creator: Login,
});
const DeploymentStatus = z.object({
  deployment_status: z.object({
    state: z.string(),
    created_at: z.string(),
    environment: z.string().nullish(),
    target_url: z.string().nullish(),
  }),
  deployment: GitHubDeployment,
  repository: Repository,
});
/** A release, in webhooks and in the API. */
export const GitHubRelease = z.object({
  tag_name: z.string(),
  name: z.string().nullish(),
  published_at: z.string().nullish(),
  html_url: z.string().nullish(),
  author: Login,
});
const Release = z.object({ action: z.string(), release: GitHubRelease, repository: Repository });
/** A pull request, in webhooks and in the API; the API does not say `merged`. */
export const GitHubPull = z.object({
  number: z.number(),
  title: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  html_url: z.string().nullish(),
  user: Login,
});
const PullRequest = z.object({
  action: z.string(),
  pull_request: GitHubPull.extend({ merged: z.boolean().nullish() }),
  repository: Repository,
});

/** States in which a deployment changed what runs. */
export const REACHED: readonly string[] = ["success", "failure", "error"];

type Repo = z.infer<typeof Repository>;
type Times = { timeUnixMs: number; beganUnixMs?: number };

/** A deployment that ended in `state`, or is under way. Webhooks and the API give the same change. */
export function deployedChange(
  serviceOf: ServiceOf,
  repository: Repo,
  {
    sha,
    ref,
    environment,
    description,
    creator,
  }: z.infer<typeof GitHubDeployment> & { environment?: string | null | undefined },
  { state, url, ...times }: Times & { state: string; url: string | null | undefined },
): ReportedChange {
  const did = state === "success" ? "deployed" : REACHED.includes(state) ? "failed to deploy" : "began to deploy";
  const where = environment ? ` to ${environment}` : "";
  return changeOf({
    ...times,
    entity: serviceOf(`${repository.full_name}:${environment}`, repository.full_name, repository.name),
    kind: "deploy",
    id: sha,
    summary: `${did} ${ref ?? sha}${where}${description ? `: ${description}` : ""}`,
    author: creator?.login,
    url,
  });
}

export const releasedChange = (
  serviceOf: ServiceOf,
  { full_name: repository, name }: Repo,
  release: z.infer<typeof GitHubRelease>,
  timeUnixMs: number,
): ReportedChange =>
  changeOf({
    timeUnixMs,
    entity: serviceOf(repository, name),
    kind: "deploy",
    id: release.tag_name,
    summary: `released ${release.name || release.tag_name}`,
    author: release.author?.login,
    url: release.html_url,
  });

export const mergedChange = (
  serviceOf: ServiceOf,
  { full_name: repository, name }: Repo,
  pull: z.infer<typeof GitHubPull>,
  timeUnixMs: number,
): ReportedChange =>
  changeOf({
    timeUnixMs,
    entity: serviceOf(repository, name),
    kind: "other",
    type: "commit",
    id: pull.merge_commit_sha ?? `#${pull.number}`,
    summary: `merged #${pull.number}: ${pull.title}`,
    author: pull.user?.login,
    url: pull.html_url,
  });

/**
 * Changes of a GitHub webhook: deployments that ended, published releases, merged pull requests. Other events hold
 * none.
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
        const { state, environment = null, target_url: url, created_at: endedAt } = status;
        const ended = { state, url, timeUnixMs: at(endedAt) };
        return [deployedChange(serviceOf, repository, { ...deployment, environment }, ended)];
      }
      case "release": {
        const { action, release, repository } = readPayload("GitHub", Release, payload);
        return action === "published" ? [releasedChange(serviceOf, repository, release, at(release.published_at))] : [];
      }
      case "pull_request": {
        const { action, pull_request: pull, repository } = readPayload("GitHub", PullRequest, payload);
        if (action !== "closed" || pull.merged !== true) return [];
        return [mergedChange(serviceOf, repository, pull, at(pull.merged_at))];
      }
      default:
        return [];
    }
  };
