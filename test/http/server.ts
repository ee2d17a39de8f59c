import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { openMcp } from "../../src/cli/open-mcp.ts";
import { changeDoors } from "../../src/compose/change-doors.ts";
import { createLog } from "../../src/compose/log.ts";
import { openIdentityProvider } from "../../src/compose/identity-provider.ts";
import { webhookDoors } from "../../src/compose/webhooks.ts";
import type { FetchFromAmazon } from "../../src/connectors/webhooks/sns.ts";
import { openService } from "../../src/compose/open-service.ts";
import type { CausewayService } from "../../src/service/causeway-service.ts";
import { loadConfig } from "../../src/config.ts";
import type { Scope } from "../../src/domain/service.ts";
import { listen } from "../../src/http/listen.ts";
import { mountPages } from "../../src/web/mount.ts";
import { newPostgresDatabase } from "../postgres/new-database.ts";

/** Kinds of store, each with a way to create an empty one. `null` means SQLite in the home folder. */
export const STORES: readonly (readonly [string, () => Promise<string | null>])[] = [
  ["SQLite", async () => null],
  ["Postgres", newPostgresDatabase],
];

export type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };
export type Ask = {
  method?: string;
  json?: unknown;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  key?: string;
};
export type TestServer = {
  url: string;
  home: string;
  databaseUrl: string | null;
  service: CausewayService;
  ask(path: string, how?: Ask): Promise<Answer>;
  newKey(...scopes: Scope[]): Promise<string>;
  stop(how?: { keepHome: boolean }): Promise<void>;
};

type ListenOptions = Parameters<typeof listen>[1];
/** `home`: the home folder of another server, to share its state. */
type Options = {
  home?: string;
  databaseUrl?: string | null;
  settings?: object;
  env?: Record<string, string>;
  workers?: number;
  demo?: boolean;
  /** Answers `/mcp` too. */
  mcp?: boolean;
  others?: ListenOptions["others"];
  fetchFromAmazon?: FetchFromAmazon;
  /** The clock of the server. */
  now?: () => number;
};

/** The whole service on a real local socket, with its own home folder. */
export async function startServer({
  home: shared,
  databaseUrl = null,
  settings = {},
  env = {},
  workers = 0,
  demo,
  mcp = false,
  others,
  fetchFromAmazon,
  now,
}: Options = {}): Promise<TestServer> {
  const home = shared ?? (await mkdtemp(join(tmpdir(), "causeway-http-")));
  await writeFile(join(home, "config.yaml"), stringify(settings));
  const config = loadConfig(
    { home, demo },
    { CAUSEWAY_PORT: "0", LOG_LEVEL: "fatal", ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }), ...env },
  );
  const log = createLog(config);
  const service = await openService(config, { log, workers, ...(now === undefined ? {} : { now }) });
  const closing = new AbortController();
  const endpoint = mcp ? await openMcp(config, { service, log, now: Date.now, closing: closing.signal }) : null;
  const listening = await openIdentityProvider(config, now)
    .then((provider) =>
      listen(service, {
        config,
        log,
        others,
        mcp: endpoint?.answer,
        doors: webhookDoors(config, fetchFromAmazon),
        changeDoors: changeDoors(config),
        mounts: [mountPages({ provider })],
        ...(now === undefined ? {} : { now }),
      }),
    )
    .catch(async (error: unknown) => {
      await service.drain();
      throw error;
    });
  return {
    url: listening.url,
    home,
    databaseUrl,
    service,
    ask: (path, how) => ask(listening.url, path, how),
    newKey: async (...scopes) => (await service.createKey({ name: scopes.join("+"), scopes })).secret,
    async stop({ keepHome } = { keepHome: false }) {
      closing.abort();
      await endpoint?.close();
      await listening.close();
      await service.drain();
      if (!keepHome) await rm(home, { recursive: true, force: true });
    },
  };
}

/** Sends a request like curl. */
export async function ask(
  url: string,
  path: string,
  { method, json, body, headers = {}, key }: Ask = {},
): Promise<Answer> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const answer = await fetch(new URL(url + path), {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    redirect: "manual",
    ...(sent === undefined ? {} : { body: typeof sent === "string" ? sent : Buffer.from(sent) }),
  });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {} };
}

export type SseEvent = { id: string; event: string; data: Record<string, unknown> };

/** The events of a finished stream, as a client sees them. */
export const eventsOf = (text: string): SseEvent[] =>
  text.split("\n\n").flatMap((block) => {
    const field = (name: string): string | undefined =>
      block
        .split("\n")
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field("data");
    return data === undefined ? [] : [{ id: field("id") ?? "", event: field("event") ?? "", data: JSON.parse(data) }];
  });
