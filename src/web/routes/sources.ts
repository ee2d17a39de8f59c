import { html } from "hono/html";
import type { Check } from "../../app/doctor/check.ts";
import type { Pages } from "../pages.ts";
import { type CheckedSources, sourcesPage } from "../sources/sources-page.ts";

/** The checks of `causeway doctor`, without those that cost money. Never throws: a failed check is part of it. */
export type RunChecks = (signal: AbortSignal) => Promise<readonly Check[]>;

/** Readers who come within this time see the same checks: each asks every source, milliseconds. */
const FRESH_MS = 15_000;

export function addSourcesRoutes({ app, open, send, now, closing }: Pages, runChecks: RunChecks | null): void {
  let latest: { atMs: number; found: Promise<CheckedSources> } | null = null;
  const check = (run: RunChecks): Promise<CheckedSources> => {
    const atMs = now();
    if (latest === null || atMs - latest.atMs > FRESH_MS)
      latest = { atMs, found: run(closing).then((checks) => ({ checks, atMs })) };
    return latest.found;
  };

  app.get("/sources", async (c) => {
    const context = await open(c, "read");
    if (runChecks === null)
      return send(c, context, {
        title: "Sources",
        section: "sources",
        main: html`<h1>Sources</h1>
          <p>This server makes no checks. Run <code>causeway doctor</code>.</p>`,
      });
    return send(c, context, sourcesPage(await check(runChecks)));
  });
}
