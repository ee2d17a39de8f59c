import { describe, expect, it } from "vitest";
import { hashedWords } from "../../../src/memory/hashed-words.ts";
import type { AlertText } from "../../../src/memory/pages/alert-question.ts";
import { openShelf, rankPages } from "../../../src/memory/pages/rank-pages.ts";

/** A made wiki: no collection that was learned from has these names. */
const wiki = [
  {
    id: "billing",
    path: "ops/billing/README.md",
    text: "# Billing\nHow the billing service works. See [ledger lag](ledger-lag.md).",
  },
  {
    id: "ledger-lag",
    path: "ops/billing/ledger-lag.md",
    text: "# Ledger falls behind\n## Symptoms\nEntries wait in the journal.",
  },
  { id: "stub", path: "ops/billing/stub.md", text: "More in [blog](https://blog.test/posts/double-charged-invoices)" },
  { id: "search", path: "ops/search/README.md", text: "# Search\nThe search service." },
  {
    id: "disk",
    path: "ops/hosts/disk-full.md",
    text: "# Disk full\nThe volume has no space left. `VolumeAlmostFull` fires first.",
  },
  { id: "certs", path: "ops/hosts/certs.md", text: "# Certificates\nRenew a TLS certificate before it expires." },
];
const alert = (parts: Partial<AlertText>): AlertText => ({
  name: null,
  labels: {},
  annotations: {},
  expr: "",
  ...parts,
});
const firstFor = async (parts: Partial<AlertText>): Promise<string | undefined> =>
  (await rankPages(await openShelf(wiki, hashedWords), alert(parts)))[0]?.id;

describe("the page for an alert", () => {
  it.each<[string, string, Partial<AlertText>]>([
    [
      "the page of the service in the expression",
      "billing",
      {
        name: "ErrorBudgetBurn",
        annotations: { title: "The error budget burns" },
        expr: 'errors:ratio{type="billing"} > 0.1',
      },
    ],
    ["the page of the service in a label", "search", { name: "ErrorBudgetBurn", labels: { service: "search" } }],
    [
      "the topic rather than the service's own page",
      "ledger-lag",
      {
        name: "BillingLedgerLagging",
        annotations: { summary: "The ledger falls behind the journal" },
        labels: { service: "billing" },
      },
    ],
    ["the page that names the alert", "disk", { name: "VolumeAlmostFull" }],
    [
      "the page whose words the description has, without any name",
      "certs",
      { annotations: { description: "The TLS certificate of {{ $labels.host }} expires in 3 days." } },
    ],
    ["a page that says it only by a link", "stub", { annotations: { summary: "Invoices are double charged" } }],
  ])("is %s", async (_why, id, parts) => {
    expect(await firstFor(parts)).toBe(id);
  });

  it("does not depend on how the wiki names the file of a folder, nor on folders that all pages share", async () => {
    const moved = wiki.map(({ path, ...page }) => ({
      ...page,
      path: `wiki/x/${path.replace("README.md", "_index.md")}`,
    }));
    const question = alert({ name: "ErrorBudgetBurn", labels: { service: "billing" } });
    const ids = async (pages: typeof wiki) =>
      (await rankPages(await openShelf(pages, hashedWords), question)).map(({ id }) => id);
    expect(await ids(moved)).toEqual(await ids(wiki));
  });

  it("ranks every page once, also for an alert that says nothing, and with no pages at all", async () => {
    const ranked = await rankPages(await openShelf(wiki, hashedWords), alert({}));
    expect(ranked.map(({ id }) => id).toSorted()).toEqual(wiki.map(({ id }) => id).toSorted());
    expect(ranked.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(await rankPages(await openShelf([], hashedWords), alert({ name: "X" }))).toEqual([]);
  });

  it("takes a huge hostile page in its stride", async () => {
    const hostile = {
      id: "hostile",
      path: "ops/hostile.md",
      text: `# ${"[".repeat(50_000)}\n${"](".repeat(50_000)}---\n${"x_".repeat(50_000)}`,
    };
    const ranked = await rankPages(
      await openShelf([...wiki, hostile], hashedWords),
      alert({ name: "VolumeAlmostFull" }),
    );
    expect(ranked[0]?.id).toBe("disk");
  });
});
