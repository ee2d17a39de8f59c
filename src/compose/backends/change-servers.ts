import type { BackendSettings } from "../../config.ts";
import { argoCdServer } from "../../connectors/argocd/argocd-server.ts";
import { changeServerRefusal, openApiState } from "../../connectors/changes/api-state.ts";
import type { ServiceOf } from "../../connectors/changes/parts.ts";
import { type ChangeServer, pulledChanges } from "../../connectors/changes/pulled-changes.ts";
import type { ChangeApi } from "../../connectors/changes/read-pages.ts";
import { gitHubServer } from "../../connectors/github/github-server.ts";
import { gitLabServer } from "../../connectors/gitlab/gitlab-server.ts";
import { openBackendOf } from "./open-backend.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

type ChangeServerConfig = Extract<BackendSettings, { kind: "github" | "gitlab" | "argocd" }>;

/** How each product is named, what its token needs, and what it calls a project. */
const PRODUCTS = {
  github: {
    label: "GitHub",
    permissions: "read access to deployments, contents and pull requests",
    project: "repository",
    headers: { Accept: "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28" },
  },
  gitlab: {
    label: "GitLab",
    permissions: "the scope read_api, and the role Reporter in the project",
    project: "project",
    headers: {},
  },
  argocd: {
    label: "Argo CD",
    permissions: "the permission `applications, get` in Argo CD's RBAC",
    project: "application",
    headers: {},
  },
} as const satisfies Record<ChangeServerConfig["kind"], object>;
/** GitHub refuses programs that do not say who they are. */
const USER_AGENT = { "User-Agent": "causeway" };

/** Changes of a server of repositories, or of Argo CD. */
export function openChangeServer(
  config: ChangeServerConfig,
  deps: BackendDeps,
  { now, serviceOf }: { now: () => number; serviceOf: ServiceOf },
): LiveBackend {
  const { label, headers, permissions, project } = PRODUCTS[config.kind];
  const state = openApiState(label, now);
  const backend = openBackendOf(config, label, deps, {
    refusal: changeServerRefusal(label, state, { permissions, project }),
  });
  return {
    sources: () => [
      pulledChanges(
        serverOf(config, { http: backend.forAnalysis(), state, headers: { ...USER_AGENT, ...headers } }, serviceOf),
      ),
    ],
    close: () => backend.close(),
  };
}

function serverOf(config: ChangeServerConfig, api: ChangeApi, serviceOf: ServiceOf): ChangeServer {
  const { name, webUrl } = config;
  switch (config.kind) {
    case "github":
      return gitHubServer(api, { ...config, repositories: config.projects, serviceOf });
    case "gitlab":
      return gitLabServer(api, { ...config, serviceOf });
    case "argocd":
      return argoCdServer(api, { name, webUrl, argoProjects: config.projects, serviceOf });
  }
}
