import { changeDoors } from "../../src/compose/change-doors.ts";
import { createLog } from "../../src/compose/log.ts";
import { webhookDoors } from "../../src/compose/webhooks.ts";
import { loadConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { mountPages } from "../../src/web/mount.ts";
import { operationsOf } from "../http/operations.ts";
import type { TestServer } from "../http/server.ts";

export type PageRoute = { method: string; path: string };

/** Paths of the API that its description does not list. */
const API_PAGES = ["/openapi.json", "/docs"];

/** Every route of the pages, from the router itself: a new one cannot be forgotten. */
export async function pageRoutesOf(server: TestServer): Promise<PageRoute[]> {
  const config = loadConfig({ home: server.home }, { LOG_LEVEL: "fatal" });
  const app = buildApp(server.service, {
    config,
    log: createLog(config),
    doors: webhookDoors(config),
    changeDoors: changeDoors(config),
    mounts: [mountPages()],
  });
  const described = new Set((await operationsOf(server)).map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ":$1")));
  const all = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.startsWith("/v1/") && !API_PAGES.includes(path))
    .filter(({ path }) => !described.has(path))
    .map(({ method, path }) => ({ method, path }));
  return [...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

/** A path of this route, of a thing that does not exist. */
export const pathOf = ({ path }: PageRoute): string => path.replaceAll(/:\w+(?:\{[^}]+\})?/g, "no-such-thing");
