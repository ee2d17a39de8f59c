import { expect, it } from "vitest";
import { accountTerms, rankAccounts } from "../../src/memory/rank-accounts.ts";
import { conceptsOf } from "../../src/memory/text/concepts.ts";
import { contentWords } from "../../src/memory/text/content-words.ts";
import { termsOf, textLikeness } from "../../src/memory/text/text-likeness.ts";

it("drops words of every sentence, post-mortem and log line, numbers and addresses", () => {
  expect(
    contentWords(
      "2021-03-04T10:00:00Z ERROR [main] request failed at the orders service, see https://x.example/a?b 17",
    ),
  ).toEqual(["fail", "order"]);
});

it.each([
  ["exhausted", "exhaustion"],
  ["restarting", "restarts"],
  ["stopped", "stopping"],
  ["migration", "migrations"],
])("gives %s and %s one stem", (one, other) => {
  expect(contentWords(one)).toEqual(contentWords(other));
});

it.each([
  ["No space left on device", "the volume of the database filled up"],
  ["x509: certificate has expired", "the TLS cert was not renewed"],
  ["FATAL: sorry, too many clients already, connection slots reserved", "the connection pool was exhausted"],
  ["OOMKilled", "memory grew until the process ran out of memory"],
  ["NXDOMAIN for our domain", "the DNS zone was broken"],
  ["integer out of range", "the sequence reached 2147483647"],
  ["retry storm", "clients retried without backoff and overloaded it"],
  ["the toggle was switched on", "a feature flag was enabled"],
])("finds one kind of failure in %j and in %j", (one, other) => {
  const shared = [...conceptsOf(one).keys()].filter((concept) => conceptsOf(other).has(concept));
  expect(shared.length).toBeGreaterThan(0);
});

it("makes no two texts alike by words that all of them hold", () => {
  const texts = ["kestrel gearbox", "kestrel window", "kestrel ladder", "kestrel engine"].map(termsOf);
  const [gearbox = 0, window = 0] = textLikeness(texts)(termsOf("kestrel gearbox"));
  expect(gearbox).toBeGreaterThan(0.9);
  expect(window).toBeLessThan(0.1);
});

const account = (id: string, text: string) => ({ id, terms: accountTerms(text) });
const PAST = [
  account(
    "disk",
    "# Orders down\n## Root cause\nThe volume filled up, no space left on device.\n## Resolution\nGrown.",
  ),
  account("cert", "# Payments down\n## Root cause\nThe certificate of the gateway expired.\n## Resolution\nRenewed."),
  account(
    "flag",
    "# Blank page\n## Root cause\nA feature flag sent visitors to broken code.\n## Resolution\nSwitched off.",
  ),
];

it("ranks the account of the same failure first, though it shares no name", () => {
  const [first] = rankAccounts(accountTerms("Log cluster read-only: the nodes ran out of disk."), PAST, 10);
  expect(first?.id).toBe("disk");
});

it("gives an empty ranking where nothing is like it, and where nothing happened earlier", () => {
  expect(rankAccounts(accountTerms("A fire in the hall set off the sprinklers."), PAST, 10)).toEqual([]);
  expect(rankAccounts(accountTerms("INFO service started at 10:00, status ok"), PAST, 10)).toEqual([]);
  expect(rankAccounts(accountTerms("No space left on device"), [], 10)).toEqual([]);
});

it("counts what is planned less than the cause", () => {
  const planned = account(
    "planned",
    "# A\n## Root cause\nA typo in a route.\n## Action items\n- alert on certificate expiry",
  );
  const [first] = rankAccounts(accountTerms("an expired certificate"), [planned, ...PAST], 10);
  expect(first?.id).toBe("cert");
});
