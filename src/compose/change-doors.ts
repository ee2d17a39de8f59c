import { type Config, servicesOfSources } from "../config.ts";
import { readLaunchDarkly, readUnleash } from "../connectors/changes/flag-events.ts";
import { readGitHubEvent } from "../connectors/changes/github-events.ts";
import { readGitLabEvent } from "../connectors/changes/gitlab-events.ts";
import { serviceNames } from "../connectors/changes/parts.ts";
import { readArgoCd, readOpenLineage, readPrefect } from "../connectors/changes/run-events.ts";
import { checkHeader, checkHmac } from "../connectors/webhooks/authenticity.ts";
import type { ChangeDoor, ChangeDoors } from "../domain/reported-change.ts";

/**
 * What repositories, projects, applications and flags are called as services, for what senders report and for what is
 * read from servers: one change that comes both ways is one change.
 */
export const serviceNamesIn = (config: Pick<Config, "changes" | "backends">): Readonly<Record<string, string>> => ({
  ...config.changes.services,
  ...servicesOfSources(config),
});

/** How changes of each sender are checked and read, by the end of their path. */
export function changeDoors({ changes, backends }: Pick<Config, "changes" | "backends">): ChangeDoors {
  const { githubSecret, gitlabToken, launchdarklySecret } = changes;
  const serviceOf = serviceNames(serviceNamesIn({ changes, backends }));
  const doors: ChangeDoor[] = [
    {
      source: "github",
      authenticate:
        githubSecret === null ? null : (request) => checkHmac(request, "x-hub-signature-256", "sha256=", githubSecret),
      read: readGitHubEvent(serviceOf),
    },
    {
      source: "gitlab",
      authenticate: gitlabToken === null ? null : (request) => checkHeader(request, "x-gitlab-token", gitlabToken),
      read: readGitLabEvent(serviceOf),
    },
    {
      source: "launchdarkly",
      authenticate:
        launchdarklySecret === null ? null : (request) => checkHmac(request, "x-ld-signature", "", launchdarklySecret),
      read: readLaunchDarkly(serviceOf),
    },
    { source: "unleash", authenticate: null, read: readUnleash(serviceOf) },
    { source: "argocd", authenticate: null, read: readArgoCd(serviceOf) },
    { source: "openlineage", authenticate: null, read: readOpenLineage(serviceOf) },
    { source: "prefect", authenticate: null, read: readPrefect(serviceOf) },
  ];
  return new Map(doors.map((door) => [door.source, door]));
}
