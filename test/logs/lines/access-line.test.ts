import { expect, it } from "vitest";
import { HeaderReader } from "../../../src/logs/lines/line-header.ts";
import { LineMiner } from "../../../src/logs/templates/line-miner.ts";

function requestOf(lines: readonly string[]) {
  const reader = new HeaderReader(Date.UTC(2026, 2, 1, 12));
  for (const line of lines) {
    const bytes = Buffer.from(line);
    reader.read(bytes, 0, bytes.length);
  }
  const { access, level, ms } = reader;
  if (access === null) return null;
  const latencyMs = Number.isNaN(access.latencyMs) ? null : access.latencyMs;
  return { time: new Date(ms).toISOString(), level, text: Buffer.from(access.text).toString(), latencyMs };
}

/** Lines of access logs: time, level, statement and latency. */
const LINES: readonly [line: string, time: string, level: string | null, text: string, latencyMs: number | null][] = [
  [
    '10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/1.1" 200 512 "-" "Mozilla/5.0"',
    "2026-03-08T15:02:41.000Z",
    "info",
    '"GET /cart/17 HTTP/1.1" 200',
    null,
  ],
  [
    '10.1.1.9 - ann [08/Mar/2026:16:02:43 +0100] "POST /pay HTTP/1.1" 502 157 "-" "curl/8.1"',
    "2026-03-08T15:02:43.000Z",
    "error",
    '"POST /pay HTTP/1.1" 502',
    null,
  ],
  [
    '10.1.1.7 - - [08/Mar/2026:16:02:45 +0100] "GET /cart/18 HTTP/1.1" 504 562 "-" "Mozilla/5.0" 1100 14.998 ' +
      "[shop-web-80] [] 10.0.0.3:80 0 5.000 504 a7c98d98",
    "2026-03-08T15:02:45.000Z",
    "error",
    '"GET /cart/18 HTTP/1.1" 504',
    14998,
  ],
  [
    'shop.test:443 10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/1.1" 404 512 "-" "Mozilla/5.0"',
    "2026-03-08T15:02:41.000Z",
    "warn",
    '"GET /cart/17 HTTP/1.1" 404',
    null,
  ],
  [
    'web1.shop.test - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/2" 200 512',
    "2026-03-08T15:02:41.000Z",
    "info",
    '"GET /cart/17 HTTP/2" 200',
    null,
  ],
  [
    '::1 - - [08/Mar/2026:16:02:41 +0100] "OPTIONS * HTTP/1.0" 200 - 123456',
    "2026-03-08T15:02:41.000Z",
    "info",
    '"OPTIONS * HTTP/1.0" 200',
    null,
  ],
  [
    '- - - [08/Mar/2026:16:02:41 +0100] "GET / HTTP/1.1" 408 -',
    "2026-03-08T15:02:41.000Z",
    "warn",
    '"GET /index HTTP/1.1" 408',
    null,
  ],
  [
    '192.168.1.1 - - [08/Mar/2026:16:02:41 +0000] "GET /foo HTTP/1.1" 500 17 "-" "-" 13 "web@docker" ' +
      '"http://10.0.0.2:80" 45ms',
    "2026-03-08T16:02:41.000Z",
    "error",
    '"GET /foo HTTP/1.1" 500',
    45,
  ],
  [
    '[2026-03-01T10:00:02.123Z] "GET /cart HTTP/1.1" 503 UF,URX 0 91 5002 - "-" "curl/8" "id" "shop" "10.0.0.3:80"',
    "2026-03-01T10:00:02.123Z",
    "error",
    '"GET /cart HTTP/1.1" 503 UF,URX',
    5002,
  ],
  [
    "Mar  8 16:02:41 lb haproxy[1187]: 10.0.0.9:588 [08/Mar/2026:16:02:41.025] fe_https~ be_portal/s1 " +
      '0/0/1/102/104 200 5254 - - ---- 1/1/1/1/0 0/0 "GET /users/C7 HTTP/1.1"',
    "2026-03-08T16:02:41.000Z",
    "info",
    'be_portal "GET /users/C7 HTTP/1.1" 200',
    104,
  ],
  [
    "Mar  8 16:02:41 lb haproxy[1187]: 10.0.0.9:588 [08/Mar/2026:16:02:41.025] fe_https~ be_portal/<NOSRV> " +
      '0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 "GET /users/C7 HTTP/1.1"',
    "2026-03-08T16:02:41.000Z",
    "error",
    'be_portal/<NOSRV> "GET /users/C7 HTTP/1.1" 503 SC--',
    0,
  ],
  [
    "Mar  8 16:02:41 lb haproxy[1187]: 10.0.0.1:4000 [08/Mar/2026:16:02:41.025] fe_tcp be_pg/pg1 0/0/5007 212 -- 0/0/0/0/3 0/0",
    "2026-03-08T16:02:41.000Z",
    null,
    "be_pg",
    5007,
  ],
  [
    '10.0.0.1:4000 [08/Mar/2026:16:02:41.025] fe be/s1 0/0/0/-1/30001 504 194 - - sH-- 1/1/0/0/0 0/0 "POST ' +
      '/pay HTTP/1.1"',
    "2026-03-08T16:02:41.025Z",
    "error",
    'be "POST /pay HTTP/1.1" 504 sH--',
    30001,
  ],
  [
    "2026-03-01 10:00:00 10.0.0.4 GET /cart/17 q=1 443 - 10.1.1.9 Mozilla/5.0 - 500 0 64 15",
    "2026-03-01T10:00:00.000Z",
    "error",
    '"GET /cart/17 HTTP/1.1" 500',
    15,
  ],
  [
    "2026-03-01 10:00:00 10.0.0.4 POST /pay - 443 ann 10.1.1.9 Mozilla/5.0+(Windows+NT+10.0) https://shop.test/cart 200 0 0 31",
    "2026-03-01T10:00:00.000Z",
    "info",
    '"POST /pay HTTP/1.1" 200',
    31,
  ],
  [
    "https 2026-03-01T10:00:02.186641Z app/my-lb/50dc 192.168.1.9:2817 10.0.0.1:80 0.086 0.048 0.037 502 - 0 " +
      '57 "GET https://shop.test:443/ HTTP/1.1" "curl/7.46.0"',
    "2026-03-01T10:00:02.186Z",
    "error",
    '"GET https://shop.test:443/ HTTP/1.1" 502',
    171,
  ],
  [
    "2026-03-01T10:00:02.945958Z my-lb 192.168.1.9:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 " +
      '"GET http://shop.test:80/ HTTP/1.1" "curl/7.38.0" - -',
    "2026-03-01T10:00:02.945Z",
    "info",
    '"GET http://shop.test:80/ HTTP/1.1" 200',
    1.178,
  ],
  [
    "1772359201.501    345 10.1.1.9 TCP_MISS/503 1234 GET http://shop.test/cart - HIER_DIRECT/10.0.0.3 text/html",
    "2026-03-01T10:00:01.501Z",
    "error",
    'TCP_MISS "GET http://shop.test/cart HTTP/1.1" 503',
    345,
  ],
  [
    '[GIN] 2026/03/01 - 10:00:02 | 500 |     1.234ms |  10.0.0.1 | GET      "/cart"',
    "2026-03-01T10:00:02.000Z",
    "error",
    '"GET /cart HTTP/1.1" 500',
    1.234,
  ],
  [
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be b [08/Mar/2026:16:02:41 +0000] " +
      '192.0.2.3 79a59 3E57 REST.GET.OBJECT a "GET /b/a HTTP/1.1" 403 Denied 113 - 7 -',
    "2026-03-08T16:02:41.000Z",
    "warn",
    '"GET /b/a HTTP/1.1" 403',
    null,
  ],
  [
    '2026-03-01T10:00:02.123456789Z 10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/1.1" 502 512',
    "2026-03-01T10:00:02.123Z",
    "error",
    '"GET /cart/17 HTTP/1.1" 502',
    null,
  ],
  [
    '2026-03-01T10:00:02.123456789Z stdout F 10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 ' +
      'HTTP/1.1" 502 512',
    "2026-03-08T15:02:41.000Z",
    "error",
    '"GET /cart/17 HTTP/1.1" 502',
    null,
  ],
  [
    'web-1  | 10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/1.1" 502 512',
    "2026-03-08T15:02:41.000Z",
    "error",
    '"GET /cart/17 HTTP/1.1" 502',
    null,
  ],
  [
    'Mar  8 16:02:41 web1 nginx: 10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET /cart/17 HTTP/1.1" 502 512',
    "2026-03-08T15:02:41.000Z",
    "error",
    '"GET /cart/17 HTTP/1.1" 502',
    null,
  ],
  [
    '203.0.113.7 - - [10/Jul/2025:14:08:22 +0000] "GET /api/track/RQ-98422 HTTP/1.1" 200 1045 "-" ' +
      '"Mozilla/5.0" rt=0.262 uct="0.001" urt="0.261" us="200"',
    "2025-07-10T14:08:22.000Z",
    "info",
    '"GET /api/track/RQ-98422 HTTP/1.1" 200',
    262,
  ],
];

it.each(LINES)("reads %s", (line, time, level, text, latencyMs) => {
  const found = requestOf([line]);
  expect(found).toMatchObject({ time, level, text });
  expect(found?.latencyMs ?? -1).toBeCloseTo(latencyMs ?? -1);
});

it.each([
  "10.1.1.9 served 12 items",
  'the [main] loop "GET x" 200',
  "2026-03-01 10:00:00 INFO a.b.C: GET /cart took 12 ms",
  "2026-03-01T10:00:00Z 3 items of 10.0.0.1:80 are late",
  "- - -",
  "",
])("finds no request in %s", (line) => {
  expect(requestOf([line])).toBeNull();
});

it("reads a W3C log by its fields, in any order", () => {
  const iis = ["#Software: Microsoft IIS 10", "#Fields: date time cs-method cs-uri-stem sc-status time-taken c-ip"];
  expect(requestOf([...iis, "2026-03-01 10:00:00 GET /cart/17 503 1500 10.1.1.9"])).toEqual({
    time: "2026-03-01T10:00:00.000Z",
    level: "error",
    text: '"GET /cart/17 HTTP/1.1" 503',
    latencyMs: 1500,
  });
  const cloudfront = [
    "#Version: 1.0",
    "#Fields: date time x-edge-location sc-bytes cs-method cs-uri-stem sc-status time-taken",
  ];
  expect(requestOf([...cloudfront, "2026-03-01\t10:00:00\tFRA2\t9\tGET\t/a.js\t404\t0.012"])).toMatchObject({
    level: "warn",
    latencyMs: 12,
  });
});

it("mines one statement for each method and status, whatever the path, the client and the browser", () => {
  const miner = new LineMiner({ fold: true });
  const add = (path: string, status: number) => {
    const line = `10.1.1.9 - - [08/Mar/2026:16:02:41 +0100] "GET ${path} HTTP/1.1" ${status} 512 "-" "Mozilla/5.0 (${path})"`;
    miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  };
  for (const path of ["/", "/cart", "/cart/17?x=1", "/users/ann"]) add(path, 200);
  add("/cart/18", 504);
  miner.endFile();
  expect(miner.templates.resolve().templates.map(({ text, count }) => [text, count])).toEqual([
    ['"GET <*> HTTP/1.1" 200', 4],
    ['"GET <*> HTTP/1.1" 504', 1],
  ]);
});

it("counts access lines among the error lines of the same stream as events of their own", () => {
  const miner = new LineMiner({ fold: true });
  const error = (second: number) =>
    `2026/03/08 16:02:${second} [error] 31#31: *569 upstream timed out (110: Operation timed out) while connecting`;
  const access = '10.1.1.9 - - [08/Mar/2026:16:02:45 +0000] "GET / HTTP/1.1" 504 562 "-" "Mozilla/5.0"';
  for (const line of [error(40), error(45), access, error(50), access.replace("/ ", "/cart ")])
    miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  miner.endFile();
  expect(miner.templates.resolve().templates.map(({ count }) => count)).toEqual([3, 2]);
});
