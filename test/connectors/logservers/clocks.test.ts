import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { healthResult } from "../../../src/app/doctor/check-source.ts";
import type { QueryDoor } from "../../../src/connectors/backend.ts";
import { searchServer } from "../../../src/connectors/elasticsearch/search-server.ts";
import { checkLogServer } from "../../../src/connectors/logservers/health.ts";
import type { LogServer } from "../../../src/connectors/logservers/types.ts";
import { lokiServer } from "../../../src/connectors/loki/loki-server.ts";
import { victoriaLogsServer } from "../../../src/connectors/victorialogs/victorialogs-server.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { searchStandIn } from "../elasticsearch/search-stand-in.ts";
import { serveLocally } from "../http/server.ts";
import { lokiStandIn } from "../loki/loki-stand-in.ts";
import { victoriaLogsStandIn } from "../victorialogs/victorialogs-stand-in.ts";
import { doorTo } from "../withstands.ts";

const TWO_HOURS = 2 * 3_600_000;

type Server = { open(http: QueryDoor): LogServer<unknown>; holding(timeMs: number): RequestListener };
const SERVERS: Readonly<Record<string, Server>> = {
  Loki: {
    open: (http) => lokiServer(http, []) as LogServer<unknown>,
    holding: (timeMs) => lokiStandIn([{ timeMs, labels: { app: "cart" }, line: "hello" }]).answer,
  },
  VictoriaLogs: {
    open: (http) => victoriaLogsServer(http, []) as LogServer<unknown>,
    holding: (timeMs) => victoriaLogsStandIn([{ _time: isoTime(timeMs), _msg: "hello", app: "cart" }]).answer,
  },
  Elasticsearch: {
    open: (http) => searchServer(http, { index: "logs", configured: [], language: "KQL" }) as LogServer<unknown>,
    holding: (timeMs) =>
      searchStandIn([{ "@timestamp": isoTime(timeMs), message: "hello", "service.name": "cart" }]).answer,
  },
};

/** The server's answers, dated by a clock that is off. */
const dated =
  (answer: RequestListener, skewMs: number): RequestListener =>
  (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("date", new Date(Date.now() + skewMs).toUTCString());
    answer(request, response as Parameters<RequestListener>[1]);
  };

async function checked({ open, holding }: Server, { skewMs, ageMs }: { skewMs: number; ageMs: number }) {
  const { origin } = await serveLocally(dated(holding(Date.now() - ageMs), skewMs));
  const health = await checkLogServer(open(doorTo(origin, 10_000)), { tenant: null }, {});
  return { health, result: healthResult(health, Date.now()) };
}

it.each(Object.entries(SERVERS))(
  "tells how far the clock of %s is off, by the date of its answers",
  async (_, server) => {
    const ahead = await checked(server, { skewMs: TWO_HOURS, ageMs: 60_000 });
    expect(ahead.result).toMatchObject({
      state: "warning",
      detail: expect.stringMatching(/^clock differs: .*clock is \d.* ahead/) as string,
    });
    const behind = await checked(server, { skewMs: -TWO_HOURS, ageMs: 60_000 });
    expect(behind.result.detail).toMatch(/^clock differs: .*clock is \d.* behind/);
    const right = await checked(server, { skewMs: 0, ageMs: 60_000 });
    expect(right.result).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^returns data: 1 records/) as string,
    });
  },
);

it.each(Object.entries(SERVERS))(
  "finds records of %s that are dated in the future, though its own clock is right",
  async (_, server) => {
    const { health, result } = await checked(server, { skewMs: 0, ageMs: -TWO_HOURS });
    expect(health.clockSkewMs).toBeGreaterThan(TWO_HOURS - 60_000);
    expect(result.detail).toMatch(/^clock differs: .*Records are dated \d.* in the future/);
  },
);

it.each(Object.entries(SERVERS))("calls %s stale, whose newest record is two hours old", async (_, server) => {
  const { result } = await checked(server, { skewMs: 0, ageMs: TWO_HOURS });
  expect(result.detail).toMatch(/^stale: .*the newest is \d.*h.* old/);
});
