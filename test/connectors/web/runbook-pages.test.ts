import { expect, it } from "vitest";
import { runbookPages } from "../../../src/connectors/web/runbook-pages.ts";
import { answering, type Page, redirectTo, servePages } from "./page-server.ts";
import { HANG_MS } from "../../hang.ts";

const MARKDOWN = "# Full disks\n\nRemove old segments.\n";

it("reads a page below an allowed address, without the fragment of the alert's link", async () => {
  const { origin, requests } = await servePages({ "/team/disk.md": MARKDOWN });
  expect(await runbookPages([`${origin}/team/`]).fetchPage(`${origin}/team/disk.md#steps`)).toEqual({
    url: `${origin}/team/disk.md`,
    text: MARKDOWN,
  });
  expect(requests).toEqual(["/team/disk.md"]);
});

it("reads a web page as Markdown", async () => {
  const { origin } = await servePages({
    "/wiki/disk": answering(
      200,
      "text/html; charset=utf-8",
      "<title>Wiki</title><h1>Full disks</h1><p>Remove <b>old</b> segments.</p>",
    ),
  });
  expect(await runbookPages([`${origin}/wiki/`]).fetchPage(`${origin}/wiki/disk`)).toEqual({
    url: `${origin}/wiki/disk`,
    text: "# Full disks\n\nRemove old segments.",
  });
});

it("sends no request to an address that is not allowed", async () => {
  const { origin, requests } = await servePages({ "/admin": MARKDOWN });
  const pages = runbookPages([`${origin}/team/`]);
  expect(pages.allowed(`${origin}/admin`)).toBeNull();
  for (const address of [`${origin}/admin`, `${origin}/team/../admin`, `${origin}/team/..%2fadmin`])
    await expect(pages.fetchPage(address)).rejects.toMatchObject({ code: "REJECTED" });
  await expect(runbookPages([]).fetchPage(`${origin}/team/disk`)).rejects.toMatchObject({ code: "REJECTED" });
  expect(requests).toEqual([]);
});

it("follows a redirect within the allowed prefixes, and keeps the requested address", async () => {
  const { origin } = await servePages({ "/team/old": redirectTo("new"), "/team/new": MARKDOWN });
  expect(await runbookPages([`${origin}/team/`]).fetchPage(`${origin}/team/old`)).toEqual({
    url: `${origin}/team/old`,
    text: MARKDOWN,
  });
});

it("refuses a redirect that leaves the prefixes, on the same server or another, and an endless one", async () => {
  const other = await servePages({ "/team/disk": MARKDOWN });
  const { origin, requests } = await servePages({
    "/team/up": redirectTo("/admin"),
    "/team/away": redirectTo(`${other.origin}/team/disk`),
    "/team/file": redirectTo("file:///etc/passwd"),
    "/team/broken": redirectTo("http://["),
    "/team/round": redirectTo("/team/round"),
    "/admin": MARKDOWN,
  });
  const pages = runbookPages([`${origin}/team/`]);
  for (const page of ["up", "away", "file", "broken"])
    await expect(pages.fetchPage(`${origin}/team/${page}`)).rejects.toMatchObject({
      code: "REJECTED",
      message: expect.stringMatching(/^its server redirects GET .*, which is not allowed$/),
    });
  await expect(pages.fetchPage(`${origin}/team/round`)).rejects.toMatchObject({
    message: expect.stringContaining("more than 3 times"),
  });
  expect(requests).not.toContain("/admin");
  expect(other.requests).toEqual([]);
});

it.each<[string, Page, string, string]>([
  [
    "longer than it may be",
    answering(200, "text/plain", "x".repeat(1024 * 1024 + 1)),
    "BAD_RESPONSE",
    "its server sent more than 1024 KiB",
  ],
  ["without end", (response) => endless(response), "BAD_RESPONSE", "its server sent more than 1024 KiB"],
  [
    "a picture",
    answering(200, "image/png", "x"),
    "BAD_RESPONSE",
    "its content type is image/png; Causeway reads Markdown, text and HTML",
  ],
  [
    "of no stated type",
    answering(200, null, "x"),
    "BAD_RESPONSE",
    "its content type is missing; Causeway reads Markdown, text and HTML",
  ],
  [
    "drawn by a script",
    answering(200, "text/html", "<title>Wiki</title><body><div id=app></div><script>draw()</script>"),
    "BAD_RESPONSE",
    "its HTML holds no text without its scripts",
  ],
  [
    "nested without end",
    answering(200, "text/html", "<div>".repeat(200_000)),
    "BAD_RESPONSE",
    "its HTML is nested more than 200 levels deep",
  ],
  ["no text", answering(200, "text/plain", Buffer.from([0xff, 0xfe, 0x00])), "BAD_RESPONSE", "it is not UTF-8 text"],
  ["forbidden", answering(403, "text/plain", "no"), "BAD_RESPONSE", "HTTP 403"],
  ["broken", answering(500, "text/plain", "oops"), "UNAVAILABLE", "HTTP 500"],
  ["a redirection to nowhere", answering(302, "text/plain", ""), "BAD_RESPONSE", "HTTP 302"],
  ["never answered", () => undefined, "UNAVAILABLE", "its server did not answer within 200 ms"],
  [
    "begun and never ended",
    (response) => void response.writeHead(200, { "content-type": "text/plain" }).write("begun"),
    "UNAVAILABLE",
    "its server did not answer within 200 ms",
  ],
  [
    "broken off",
    (response) =>
      void response
        .writeHead(200, { "content-type": "text/plain", "content-length": "100" })
        .write("begun", () => response.destroy()),
    "UNAVAILABLE",
    "its server could not be reached",
  ],
])("gives the reason for a page that is %s", async (_, page, code, message) => {
  const { origin } = await servePages({ "/team/disk": page });
  const isLate = message.endsWith("within 200 ms");
  await expect(
    runbookPages([`${origin}/team/`], { timeoutMs: isLate ? 200 : HANG_MS }).fetchPage(`${origin}/team/disk`),
  ).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

it("reports a server that is down", async () => {
  const { origin, stop } = await servePages({});
  await stop();
  await expect(runbookPages([`${origin}/`]).fetchPage(`${origin}/disk`)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("its server could not be reached"),
  });
});

it.each([404, 410])("returns null for HTTP %d", async (status) => {
  const { origin } = await servePages({ "/disk": answering(status, "text/html", "gone") });
  expect(await runbookPages([`${origin}/`]).fetchPage(`${origin}/disk`)).toBeNull();
});

it("ends with the caller's signal", async () => {
  const { origin } = await servePages({ "/disk": () => undefined });
  const reason = new Error("enough");
  const stopped = new AbortController();
  const asking = runbookPages([`${origin}/`]).fetchPage(`${origin}/disk`, stopped.signal);
  stopped.abort(reason);
  await expect(asking).rejects.toBe(reason);
});

/** Writes as fast as it is read. */
function endless(response: Parameters<Exclude<Page, string>>[0]): void {
  response.writeHead(200, { "content-type": "text/plain" });
  const more = (): void => {
    while (!response.destroyed && response.write("x".repeat(65_536)));
  };
  response.on("drain", more);
  more();
}
