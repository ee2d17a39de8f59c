import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { isReadEnvironment } from "../changes/environments.ts";
import {
  deployedChange,
  GitHubDeployment,
  GitHubPull,
  GitHubRelease,
  mergedChange,
  REACHED,
  releasedChange,
} from "../changes/github-events.ts";
import type { ServiceOf } from "../changes/parts.ts";
import type { ChangeList, ChangeProject, ChangeServer, PulledChange } from "../changes/pulled-changes.ts";
import { type ChangeApi, readPages } from "../changes/read-pages.ts";
import { timeMs } from "../webhooks/times.ts";

/** A deployment may wait for a person, or run this long, before it is complete. Milliseconds. */
const LONGEST_MS = 6 * 3_600_000;
/** Deployments whose statuses are read, of one repository. */
const MAX_DEPLOYMENTS = 40;

const Deployment = GitHubDeployment.extend({
  id: z.number().int().nonnegative(),
  environment: z.string().nullish(),
  created_at: z.string(),
  transient_environment: z.boolean().nullish(),
});
type Deployment = z.infer<typeof Deployment>;
const Status = z.object({
  state: z.string(),
  created_at: z.string(),
  target_url: z.string().nullish(),
  log_url: z.string().nullish(),
});
type Status = z.infer<typeof Status>;
const Release = GitHubRelease.extend({ draft: z.boolean().nullish(), created_at: z.string().nullish() });
const Pull = GitHubPull.extend({ updated_at: z.string() });

/** `webUrl`: where people see the repositories. `environments`: null for those that may be production. */
export type GitHubOptions = {
  name: string;
  webUrl: string;
  repositories: readonly string[];
  environments: readonly string[] | null;
  serviceOf: ServiceOf;
};

/**
 * Deployments, releases and merged pull requests of repositories.
 *
 * @see https://docs.github.com/en/rest/deployments/deployments
 */
export const gitHubServer = (api: ChangeApi, options: GitHubOptions): ChangeServer => ({
  name: options.name,
  language: "GitHub API",
  projects: options.repositories.map((repository) => projectOf(api, repository, options)),
  clockSkewMs: api.state.clockSkewMs,
});

/** `failure`: why its statuses could not be read. `pulled` is null if it changed nothing. */
type Deployed = { pulled: PulledChange | null; failure: string | null };

function projectOf(api: ChangeApi, full_name: string, options: GitHubOptions): ChangeProject {
  const path = `/repos/${full_name}`;
  const repository = { full_name, name: full_name.split("/").at(-1) ?? full_name };
  const { environments, serviceOf } = options;

  const isRead = ({ environment, transient_environment: isTransient }: Deployment): boolean =>
    isReadEnvironment({ name: environment, isTransient }, environments);

  /** A deployment whose statuses cannot be read is dated by its creation. */
  async function deployed(deployment: Deployment, signal: AbortSignal | undefined): Promise<Deployed> {
    const call = `${path}/deployments/${deployment.id}/statuses`;
    let [statuses, failure]: [readonly Status[], string | null] = [[], null];
    try {
      ({ items: statuses } = await readPages(api, { path: call, query: {}, signal }, Status, { maxPages: 1 }));
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      failure = error.message;
    }
    const course = courseOf(deployment, statuses);
    const url = course?.url ?? `${options.webUrl}/${full_name}/commit/${encodeURIComponent(deployment.sha)}`;
    const change = course && deployedChange(serviceOf, repository, deployment, { ...course, url });
    return { pulled: change && { change, call: `GET ${call}` }, failure };
  }

  const deployments: ChangeList = {
    what: `deployments of ${full_name}`,
    call: `GET ${path}/deployments`,
    async read({ startMs, endMs }, { signal }) {
      const fromMs = startMs - LONGEST_MS;
      const { items, gap } = await readPages(api, { path: `${path}/deployments`, query: {}, signal }, Deployment, {
        isEnough: (page) => page.every((one) => (timeMs(one.created_at) ?? 0) < fromMs),
      });
      const all = items.filter((one) => isRead(one) && isWithin({ startMs: fromMs, endMs }, one.created_at));
      const newest = all.toSorted((a, b) => (timeMs(b.created_at) ?? 0) - (timeMs(a.created_at) ?? 0));
      const read = await Promise.all(newest.slice(0, MAX_DEPLOYMENTS).map((one) => deployed(one, signal)));
      const failures = read.flatMap(({ failure }) => failure ?? []);
      const more = newest.length - MAX_DEPLOYMENTS;
      const left = more > 0 ? [`the newest ${MAX_DEPLOYMENTS} were read, ${more} were not`] : [];
      const undated = failures.length === 0 ? [] : [`${failures.length} without their statuses: ${failures[0]}`];
      return { changes: read.flatMap(({ pulled }) => pulled ?? []), gap: joined([gap, ...left, ...undated]) };
    },
  };

  const merged: ChangeList = {
    what: `merged pull requests of ${full_name}`,
    call: `GET ${path}/pulls?state=closed&sort=updated&direction=desc`,
    async read(range, { signal }) {
      const query = { state: "closed", sort: "updated", direction: "desc" };
      const { items, gap } = await readPages(api, { path: `${path}/pulls`, query, signal }, Pull, {
        isEnough: (page) => page.every(({ updated_at: at }) => (timeMs(at) ?? 0) < range.startMs),
      });
      const changes = items.flatMap((pull): PulledChange[] => {
        const atMs = timeMs(pull.merged_at);
        if (atMs === null || !isWithin(range, pull.merged_at)) return [];
        const change = mergedChange(serviceOf, repository, pull, atMs);
        return [{ change, call: `GET ${path}/pulls/${pull.number}` }];
      });
      return { changes, gap };
    },
  };

  const releases: ChangeList = {
    what: `releases of ${full_name}`,
    call: `GET ${path}/releases`,
    async read(range, { signal }) {
      const { items, gap } = await readPages(api, { path: `${path}/releases`, query: {}, signal }, Release, {
        isEnough: (page) => page.every(({ published_at: at }) => at != null && (timeMs(at) ?? 0) < range.startMs),
      });
      const changes = items.flatMap((release): PulledChange[] => {
        const atMs = timeMs(release.published_at);
        if (release.draft === true || atMs === null || !isWithin(range, release.published_at)) return [];
        const change = releasedChange(serviceOf, repository, release, atMs);
        return [{ change, call: `GET ${path}/releases/tags/${encodeURIComponent(release.tag_name)}` }];
      });
      return { changes, gap };
    },
  };

  return {
    name: full_name,
    lists: [deployments, merged, releases],
    async probe({ signal }) {
      const request = { path: `${path}/deployments`, query: {}, signal };
      const { items, gap } = await readPages(api, request, Deployment, { maxPages: 1 });
      const read = items.filter(isRead);
      const others = items.length - read.length;
      const times = read.flatMap(({ created_at: at }) => timeMs(at) ?? []);
      const count = `${gap === null ? "" : "more than "}${read.length} deployments`;
      return {
        found: others === 0 ? count : `${count}, and ${others} to environments that are not read`,
        count: read.length,
        newestMs: times.length === 0 ? null : Math.max(...times),
      };
    },
  };
}

const isWithin = ({ startMs, endMs }: TimeWindow, time: string | null | undefined): boolean => {
  const ms = timeMs(time);
  return ms !== null && ms >= startMs && ms <= endMs;
};

const joined = (gaps: readonly (string | null)[]): string | null =>
  gaps.filter((gap) => gap !== null).join("; ") || null;

/** What became of a deployment. Null if nothing has changed yet: it waits, or was called off. */
type Course = { state: string; timeUnixMs: number; beganUnixMs?: number; url: string | null };

function courseOf({ created_at: createdAt }: Deployment, statuses: readonly Status[]): Course | null {
  const inOrder = statuses
    .flatMap((status) => {
      const atMs = timeMs(status.created_at);
      return atMs === null ? [] : [{ ...status, atMs }];
    })
    .toSorted((a, b) => a.atMs - b.atMs);
  const ended = inOrder.findLast(({ state }) => REACHED.includes(state));
  const began = inOrder.find(({ state }) => state === "in_progress");
  const shown = ended ?? began;
  const url = shown?.target_url || shown?.log_url || null;
  if (ended !== undefined)
    return { state: ended.state, timeUnixMs: ended.atMs, ...beganBefore(began?.atMs, ended.atMs), url };
  if (began !== undefined) return { state: began.state, timeUnixMs: began.atMs, url };
  const createdMs = timeMs(createdAt);
  // who creates deployments without statuses means that they happen
  return statuses.length === 0 && createdMs !== null ? { state: "created", timeUnixMs: createdMs, url } : null;
}

const beganBefore = (beganMs: number | undefined, endedMs: number): { beganUnixMs?: number } =>
  beganMs === undefined || beganMs >= endedMs ? {} : { beganUnixMs: beganMs };
