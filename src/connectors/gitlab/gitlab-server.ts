import { z } from "zod";
import { isoTime, type TimeWindow } from "../../domain/time.ts";
import { isReadEnvironment } from "../changes/environments.ts";
import { GITLAB_ENDED, gitLabDeployed, gitLabMerged, gitLabReleased } from "../changes/gitlab-events.ts";
import type { ServiceOf } from "../changes/parts.ts";
import type { ChangeList, ChangeProject, ChangeServer, PulledChange } from "../changes/pulled-changes.ts";
import { type ChangeApi, readPages } from "../changes/read-pages.ts";
import { timeMs } from "../webhooks/times.ts";

const User = z.object({ username: z.string().nullish() }).nullish();
const Deployment = z.object({
  id: z.number().int().nonnegative(),
  status: z.string(),
  sha: z.string(),
  ref: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  finished_at: z.string().nullish(),
  user: User,
  environment: z.object({ name: z.string().nullish(), tier: z.string().nullish() }).nullish(),
  deployable: z
    .object({
      started_at: z.string().nullish(),
      finished_at: z.string().nullish(),
      web_url: z.string().nullish(),
      commit: z.object({ title: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
type Deployment = z.infer<typeof Deployment>;
const MergeRequest = z.object({
  iid: z.number().int().nonnegative(),
  title: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  web_url: z.string().nullish(),
  merge_user: User,
  author: User,
});
const Release = z.object({
  tag_name: z.string(),
  name: z.string().nullish(),
  released_at: z.string().nullish(),
  upcoming_release: z.boolean().nullish(),
  author: User,
  _links: z.object({ self: z.string().nullish() }).nullish(),
});

/** A deployment may run this long before it is complete, and its record may change this long after. Milliseconds. */
const SLACK_MS = 6 * 3_600_000;

/** `webUrl`: where people see the projects. `projects`: with their groups. `environments`: null for production. */
export type GitLabOptions = {
  name: string;
  webUrl: string;
  projects: readonly string[];
  environments: readonly string[] | null;
  serviceOf: ServiceOf;
};

/**
 * Deployments, releases and merged merge requests of projects.
 *
 * @see https://docs.gitlab.com/api/deployments/
 */
export const gitLabServer = (api: ChangeApi, options: GitLabOptions): ChangeServer => ({
  name: options.name,
  language: "GitLab API",
  projects: options.projects.map((project) => projectOf(api, project, options)),
  clockSkewMs: api.state.clockSkewMs,
});

function projectOf(api: ChangeApi, project: string, options: GitLabOptions): ChangeProject {
  const path = `/api/v4/projects/${encodeURIComponent(project)}`;
  const names = { path_with_namespace: project, name: project.split("/").at(-1) ?? project };
  const { environments, serviceOf, webUrl } = options;
  const isRead = ({ environment }: Deployment): boolean =>
    isReadEnvironment({ name: environment?.name, tier: environment?.tier }, environments);

  function deployed(deployment: Deployment): PulledChange[] {
    const { id, status, sha, ref, environment, deployable, user } = deployment;
    const course = courseOf(deployment);
    if (course === null || !isRead(deployment)) return [];
    const change = gitLabDeployed(serviceOf, names, {
      ...course,
      status,
      sha,
      ref,
      environment: environment?.name,
      title: deployable?.commit?.title,
      author: user?.username,
      url: deployable?.web_url ?? `${webUrl}/${project}/-/commit/${encodeURIComponent(sha)}`,
    });
    return [{ change, call: `GET ${path}/deployments/${id}` }];
  }

  const deployments: ChangeList = {
    what: `deployments of ${project}`,
    call: `GET ${path}/deployments?order_by=updated_at&sort=asc`,
    async read({ startMs, endMs }, { signal }) {
      const query = {
        order_by: "updated_at",
        sort: "asc",
        updated_after: isoTime(startMs),
        updated_before: isoTime(endMs + SLACK_MS),
      };
      const { items, gap } = await readPages(api, { path: `${path}/deployments`, query, signal }, Deployment);
      return { changes: items.flatMap(deployed), gap };
    },
  };

  const merged: ChangeList = {
    what: `merged merge requests of ${project}`,
    call: `GET ${path}/merge_requests?state=merged&order_by=updated_at&sort=asc`,
    async read(range, { signal }) {
      const query = { state: "merged", order_by: "updated_at", sort: "asc", updated_after: isoTime(range.startMs) };
      const { items, gap } = await readPages(api, { path: `${path}/merge_requests`, query, signal }, MergeRequest);
      const changes = items.flatMap((request): PulledChange[] => {
        const { iid, title, merge_commit_sha: sha, web_url: url, merge_user: merger, author } = request;
        const timeUnixMs = timeWithin(range, request.merged_at);
        if (timeUnixMs === null) return [];
        const by = merger?.username ?? author?.username;
        const change = gitLabMerged(serviceOf, names, { iid, title, sha, url, author: by, timeUnixMs });
        return [{ change, call: `GET ${path}/merge_requests/${iid}` }];
      });
      return { changes, gap };
    },
  };

  const releases: ChangeList = {
    what: `releases of ${project}`,
    call: `GET ${path}/releases?order_by=released_at&sort=desc`,
    async read(range, { signal }) {
      const query = { order_by: "released_at", sort: "desc" };
      const { items, gap } = await readPages(api, { path: `${path}/releases`, query, signal }, Release, {
        isEnough: (page) => page.every(({ released_at: at }) => (timeMs(at) ?? 0) < range.startMs),
      });
      const changes = items.flatMap((release): PulledChange[] => {
        const { tag_name: tag, name, author, _links: links } = release;
        const timeUnixMs = release.upcoming_release === true ? null : timeWithin(range, release.released_at);
        if (timeUnixMs === null) return [];
        const parts = { tag, name, author: author?.username, url: links?.self, timeUnixMs };
        return [
          { change: gitLabReleased(serviceOf, names, parts), call: `GET ${path}/releases/${encodeURIComponent(tag)}` },
        ];
      });
      return { changes, gap };
    },
  };

  return {
    name: project,
    lists: [deployments, merged, releases],
    async probe({ signal }) {
      const request = { path: `${path}/deployments`, query: { order_by: "updated_at", sort: "desc" }, signal };
      const { items, gap } = await readPages(api, request, Deployment, { maxPages: 1 });
      const read = items.filter(isRead);
      const others = items.length - read.length;
      const times = read.flatMap(({ updated_at: at, created_at: made }) => timeMs(at) ?? timeMs(made) ?? []);
      const count = `${gap === null ? "" : "more than "}${read.length} deployments`;
      return {
        found: others === 0 ? count : `${count}, and ${others} to environments that are not read`,
        count: read.length,
        newestMs: times.length === 0 ? null : Math.max(...times),
      };
    },
  };
}

const timeWithin = ({ startMs, endMs }: TimeWindow, time: string | null | undefined): number | null => {
  const ms = timeMs(time);
  return ms !== null && ms >= startMs && ms <= endMs ? ms : null;
};

/** When a deployment changed what runs. Null if it has not: it waits, was skipped or called off. */
function courseOf(deployment: Deployment): { timeUnixMs: number; beganUnixMs?: number } | null {
  const { status, deployable, created_at: createdAt, updated_at: updatedAt } = deployment;
  const beganMs = timeMs(deployable?.started_at) ?? timeMs(createdAt);
  if (status === "running") return beganMs === null ? null : { timeUnixMs: beganMs };
  if (!GITLAB_ENDED.includes(status)) return null;
  const endedMs = timeMs(deployment.finished_at) ?? timeMs(deployable?.finished_at) ?? timeMs(updatedAt) ?? beganMs;
  if (endedMs === null) return null;
  return { timeUnixMs: endedMs, ...(beganMs !== null && beganMs < endedMs ? { beganUnixMs: beganMs } : {}) };
}
