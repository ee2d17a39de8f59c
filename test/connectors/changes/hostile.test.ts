import { describe, expect, it } from "vitest";
import { argoCdServer } from "../../../src/connectors/argocd/argocd-server.ts";
import { openApiState } from "../../../src/connectors/changes/api-state.ts";
import { serviceNames } from "../../../src/connectors/changes/parts.ts";
import { pulledChanges } from "../../../src/connectors/changes/pulled-changes.ts";
import { gitHubServer } from "../../../src/connectors/github/github-server.ts";
import { gitLabServer } from "../../../src/connectors/gitlab/gitlab-server.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { endless, loginPage, silent } from "../hostile.ts";
import { serveLocally } from "../http/server.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";

const apiOf = (url: string, timeoutMs: number) => ({
  http: doorTo(url, timeoutMs),
  state: openApiState("The server", Date.now),
  headers: {},
});
const forge = { webUrl: "http://forge", environments: null, serviceOf: serviceNames({}) };

describe("servers of changes that misbehave", () => {
  withstandsHostileServers("GitHub", (url, timeoutMs) =>
    pulledChanges(gitHubServer(apiOf(url, timeoutMs), { ...forge, name: "github", repositories: ["acme/checkout"] })),
  );
  // GitLab's lists are read as those of GitHub
  it.each([
    ["never answers", silent, 200, /did not answer within/],
    ["shows a login page", loginPage, 30_000, /unexpected body/],
    ["sends entries without end", endless("[", '{"id":1},'), 30_000, /sent more than/],
  ] as const)("GitLab: ends with the reason at a server that %s", async (_, listener, timeoutMs, message) => {
    const { origin } = await serveLocally(listener);
    const server = gitLabServer(apiOf(origin, timeoutMs), { ...forge, name: "gitlab", projects: ["acme/checkout"] });
    const query = queryFor("change", { startMs: 0, endMs: 1 });
    await expect(pulledChanges(server).query(query)).rejects.toThrow(message);
  });
  withstandsHostileServers("Argo CD", (url, timeoutMs) =>
    pulledChanges(argoCdServer(apiOf(url, timeoutMs), { ...forge, name: "argocd", argoProjects: [] })),
  );
});
