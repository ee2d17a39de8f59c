import { readFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openChangeServer } from "../../../src/compose/backends/change-servers.ts";
import { serviceNamesIn } from "../../../src/compose/change-doors.ts";
import { type Env, loadConfig } from "../../../src/config.ts";
import { serviceNames } from "../../../src/connectors/changes/parts.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { NO_HOME } from "../../no-home.ts";

export const recordedJson = (path: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../fixtures", path), "utf8"));

export const TOKEN = "ghp_0123456789abcdef";
/** One hour and a half around the recorded changes. */
export const RANGE = { startMs: Date.parse("2026-11-01T09:00:00Z"), endMs: Date.parse("2026-11-01T10:30:00Z") };

/** `answers`: by the end of the path. */
type ApiOptions = { answers: Readonly<Record<string, unknown>>; pageSize?: number; headers?: Record<string, string> };

/** An API that serves recorded lists in pages, with links to the next ones that name another host. */
export const recordedApi =
  ({ answers, pageSize = 100, headers = {} }: ApiOptions): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? "/", "http://api");
    const path = decodeURIComponent(url.pathname);
    const found = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
    const { authorization, "private-token": privateToken } = request.headers;
    if (authorization !== `Bearer ${TOKEN}` && privateToken !== TOKEN)
      return sendJson(response, 401, { message: `Bad credentials ${authorization} ${privateToken}` });
    if (found === undefined) return sendJson(response, 404, { message: "Not Found" });
    if (!Array.isArray(found)) return sendJson(response, 200, found, headers);
    const page = Number(url.searchParams.get("page") ?? 1);
    const rest = found.slice((page - 1) * pageSize);
    url.searchParams.set("page", String(page + 1));
    const link = `<https://elsewhere.example.com/other${url.search}>; rel="next", <https://elsewhere.example.com>; rel="last"`;
    return sendJson(response, 200, rest.slice(0, pageSize), {
      ...headers,
      ...(rest.length > pageSize ? { link } : {}),
    });
  };

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export const GITHUB: Readonly<Record<string, unknown>> = {
  "/repos/acme/checkout/deployments": recordedJson("github/api-deployments.json"),
  "/deployments/8/statuses": recordedJson("github/api-deployment-statuses.json"),
  "/repos/acme/checkout/pulls": recordedJson("github/api-pulls.json"),
  "/repos/acme/checkout/releases": recordedJson("github/api-releases.json"),
};
export const GITLAB: Readonly<Record<string, unknown>> = {
  "/projects/acme/checkout/deployments": recordedJson("gitlab/api-deployments.json"),
  "/projects/acme/checkout/merge_requests": recordedJson("gitlab/api-merge-requests.json"),
  "/projects/acme/checkout/releases": recordedJson("gitlab/api-releases.json"),
};
export const ARGOCD: Readonly<Record<string, unknown>> = {
  "/api/v1/applications": recordedJson("argocd/api-applications.json"),
};

export const SETTINGS = {
  github: (url: string): Env => ({
    GITHUB_URL: url,
    GITHUB_TOKEN: TOKEN,
    GITHUB_REPOSITORIES: "acme/checkout=checkout-service",
  }),
  gitlab: (url: string): Env => ({
    GITLAB_URL: url,
    GITLAB_TOKEN: TOKEN,
    GITLAB_PROJECTS: "acme/checkout=checkout-service",
  }),
  argocd: (url: string): Env => ({ ARGOCD_URL: url, ARGOCD_TOKEN: TOKEN }),
};

export const configOf = (env: Env) => loadConfig({ llm: false }, { CAUSEWAY_HOME: NO_HOME, ...env });

/** The source of changes that these variables configure. `now`: the time of this machine. */
export function openPulled(
  env: Env,
  now: () => number = Date.now,
  timeoutMs = 30_000,
): () => TelemetrySource<"change"> {
  const config = configOf(env);
  const [settings] = config.backends;
  if (settings?.kind !== "github" && settings?.kind !== "gitlab" && settings?.kind !== "argocd")
    throw new Error("the variables name no server of changes");
  const backend = openChangeServer({ ...settings, timeoutMs }, config, {
    now,
    serviceOf: serviceNames(serviceNamesIn(config)),
  });
  onTestFinished(() => backend.close());
  return () => {
    const opened = backend.sources();
    if (opened instanceof Promise) throw new Error("it opens at once");
    const [source] = sourcesOf(opened, "change");
    if (source === undefined) throw new Error("it has no source of changes");
    return source;
  };
}
