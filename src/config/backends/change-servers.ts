import { z } from "zod";
import { pageBase } from "../../connectors/link.ts";
import { IncidentError } from "../../domain/errors.ts";
import { type Env, fromEnv, set } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

const PART = String.raw`(?!\.{1,2}(?:/|:|$))[\w.-]{1,200}`;
/** `:` and an environment may follow, in a repository whose environments are services of their own. */
const Repository = z.string().regex(new RegExp(`^${PART}/${PART}(?::[^:,=]{1,200})?$`), "give owner/name");
const Project = z.string().regex(new RegExp(`^${PART}(?:/${PART})+(?::[^:,=]{1,200})?$`), "give group/project");
const Service = z.string().min(1).max(200);
const Environments = z.array(z.string().min(1).max(255)).min(1);

/** Names of repositories, or of repositories and the services that they are. */
const namesOf = (one: z.ZodType<string, string>) =>
  z.union([z.array(one).min(1), z.record(one as z.ZodString, Service)], {
    error: (issue) => (issue.code === "invalid_union" ? "give a list of names, or names and services" : undefined),
  });

export const GitHubFile = z.strictObject({
  kind: z.literal("github"),
  ...BACKEND_KEYS,
  repositories: namesOf(Repository).optional(),
  environments: Environments.optional(),
});
export const GitLabFile = z.strictObject({
  kind: z.literal("gitlab"),
  ...BACKEND_KEYS,
  projects: namesOf(Project).optional(),
  environments: Environments.optional(),
});
/** `applications`: the services that applications are. `projects`: those of Argo CD to read; all unless given. */
export const ArgoCdFile = z.strictObject({
  kind: z.literal("argocd"),
  ...BACKEND_KEYS,
  projects: z.array(z.string().min(1).max(200)).optional(),
  applications: z.record(z.string().min(1).max(300), Service).optional(),
});
type GitHubFile = z.infer<typeof GitHubFile>;
type GitLabFile = z.infer<typeof GitLabFile>;
type ArgoCdFile = z.infer<typeof ArgoCdFile>;

/** `services`: what its names are called as services. `webUrl`: where people see the pages. */
type CommonConfig = BackendConfig & { services: Readonly<Record<string, string>>; webUrl: string };
/** `environments`: whose deployments are read; null for all that may be production. */
type ForgeConfig = CommonConfig & { projects: readonly string[]; environments: readonly string[] | null };
export type ChangeServerConfig =
  | (ForgeConfig & { kind: "github" | "gitlab" })
  | (CommonConfig & { kind: "argocd"; projects: readonly string[] });

/** The prefixes of their variables. */
export const CHANGE_SERVER_PREFIXES = ["GITHUB", "GITLAB", "ARGOCD"] as const;

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== "");
/** `acme/checkout=checkout-service, acme/cart` */
const named = (one: z.ZodType<string>) =>
  z.string().transform((text, context) => {
    const entries = listOf(text).map((part) => part.split("="));
    const wrong = entries.find(([name, ...service]) => !one.safeParse(name).success || service.length > 1);
    if (entries.length > 0 && wrong === undefined)
      return Object.fromEntries(entries.map(([name = "", service = ""]) => [name, service]));
    context.addIssue({ code: "custom", message: "give names, or names and services such as owner/name=service" });
    return z.NEVER;
  });

/** With names, but without an address, the vendor's own server is meant. */
function forgeFromEnv(
  env: Env,
  prefix: "GITHUB" | "GITLAB",
  { url, names, environments }: { url: string; names: object | undefined; environments: string | undefined },
) {
  const address = set(env[`${prefix}_URL`]);
  if (address === undefined && names === undefined) return undefined;
  const file = backendFromEnv({ ...env, [`${prefix}_URL`]: address ?? url }, prefix);
  const wanted = listOf(environments ?? "");
  return { ...file, ...(wanted.length > 0 ? { environments: wanted } : {}) };
}

type ChangeServerFile = GitHubFile | GitLabFile | ArgoCdFile;

/** @throws {IncidentError} CONFIG naming the wrong variable. */
export function changeServersFromEnv(env: Env): { place: string; file: ChangeServerFile | undefined }[] {
  const repositories = fromEnv(env, "GITHUB_REPOSITORIES", named(Repository));
  const projects = fromEnv(env, "GITLAB_PROJECTS", named(Project));
  const gitHubPlace = { url: GITHUB, names: repositories, environments: env.GITHUB_ENVIRONMENTS };
  const gitLabPlace = { url: GITLAB, names: projects, environments: env.GITLAB_ENVIRONMENTS };
  const gitHub = forgeFromEnv(env, "GITHUB", gitHubPlace);
  const gitLab = forgeFromEnv(env, "GITLAB", gitLabPlace);
  const argoCd = backendFromEnv(env, "ARGOCD");
  return [
    { place: "GITHUB", file: gitHub && { kind: "github", ...gitHub, ...(repositories && { repositories }) } },
    { place: "GITLAB", file: gitLab && { kind: "gitlab", ...gitLab, ...(projects && { projects }) } },
    { place: "ARGOCD", file: argoCd && { kind: "argocd", ...argoCd } },
  ];
}

const GITHUB = "https://api.github.com";
const GITLAB = "https://gitlab.com";

/** @throws {IncidentError} CONFIG naming the wrong setting. */
export function readChangeServer(file: ChangeServerFile, place: string): ChangeServerConfig {
  switch (file.kind) {
    case "github": {
      const url = gitHubApi(file.url ?? GITHUB);
      const backend = readBackend({ ...file, url }, file.kind, place);
      const environments = file.environments ?? null;
      return {
        kind: file.kind,
        ...backend,
        webUrl: gitHubPages(url),
        environments,
        ...forge(file.repositories, place),
      };
    }
    case "gitlab": {
      const backend = readBackend({ ...file, url: withoutApi(file.url ?? GITLAB) }, file.kind, place);
      const environments = file.environments ?? null;
      const { token } = file;
      const auth =
        token === undefined ? backend.auth : ({ kind: "header", name: "PRIVATE-TOKEN", value: token } as const);
      const named = forge(file.projects, place);
      return { kind: file.kind, ...backend, auth, webUrl: pageBase(backend.url), environments, ...named };
    }
    case "argocd": {
      const backend = readBackend(file, file.kind, place);
      const { projects = [], applications: services = {} } = file;
      return { kind: file.kind, ...backend, webUrl: pageBase(backend.url), services, projects };
    }
  }
}

/** @throws {IncidentError} CONFIG if nothing is named: a server has thousands of repositories. */
function forge(
  given: readonly string[] | Readonly<Record<string, string>> | undefined,
  place: string,
): Pick<ForgeConfig, "projects" | "services"> {
  const entries = given === undefined ? [] : isList(given) ? given.map((name) => [name, ""]) : Object.entries(given);
  if (entries.length === 0) {
    const isFile = place.startsWith("sources[");
    const setting = isFile
      ? `${place}.repositories or projects`
      : place === "GITHUB"
        ? `${place}_REPOSITORIES`
        : `${place}_PROJECTS`;
    throw new IncidentError("CONFIG", `${place} names no repositories`, {
      hint: `Name them in ${setting}, such as owner/name, or owner/name=service.`,
    });
  }
  const projects = [...new Set(entries.map(([name = ""]) => name.split(":")[0] ?? name))];
  const services = Object.fromEntries(entries.filter(([, service]) => service !== ""));
  return { projects, services };
}

const isList = (given: readonly string[] | Readonly<Record<string, string>>): given is readonly string[] =>
  Array.isArray(given);

/**
 * The API of a server that may be given by the address of its pages. @see https://docs.github.com/en/rest/quickstart
 */
function gitHubApi(given: string): string {
  const url = new URL(given);
  if (url.hostname === "github.com" || url.hostname === "www.github.com") url.hostname = "api.github.com";
  else if (/^[^.]+\.ghe\.com$/.test(url.hostname)) url.hostname = `api.${url.hostname}`;
  else if (!url.hostname.startsWith("api.") && !/\/api(?:\/|$)/.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v3`;
  return url.href.replace(/\/+$/, "");
}

const gitHubPages = (api: string): string => {
  const url = new URL(pageBase(api).replace(/\/api(?:\/v3)?$/, ""));
  if (/^api\.(?:github|[^.]+\.ghe)\.com$/.test(url.hostname)) url.hostname = url.hostname.slice("api.".length);
  return url.href.replace(/\/+$/, "");
};

const withoutApi = (url: string): string => url.replace(/\/api\/v4\/?$/, "");
