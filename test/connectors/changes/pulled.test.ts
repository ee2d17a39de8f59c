import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { healthResult } from "../../../src/app/doctor/check-source.ts";
import { changeDoors } from "../../../src/compose/change-doors.ts";
import { distinctChanges } from "../../../src/domain/distinct-changes.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { serveLocally } from "../http/server.ts";
import { halfDown, limited } from "../hostile.ts";
import {
  ARGOCD,
  configOf,
  GITHUB,
  GITLAB,
  openPulled,
  RANGE,
  recordedApi,
  recordedJson,
  sendJson,
  SETTINGS,
  TOKEN,
} from "./change-apis.ts";

const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const query = queryFor("change", RANGE);
type Kind = keyof typeof SETTINGS;
const ANSWERS = { github: GITHUB, gitlab: GITLAB, argocd: ARGOCD };

/** The changes that a server gives, and the requests that it got. */
async function read(kind: Kind, listener: RequestListener, env: Record<string, string> = {}) {
  const server = await serveLocally(listener);
  const source = openPulled({ ...SETTINGS[kind](server.origin), ...env })();
  const { data, coverage } = await source.query(query);
  return { source, data, gaps: coverage.gaps, requests: server.received.map(({ url = "" }) => url) };
}
const usual = (kind: Kind, options: object = {}) => recordedApi({ answers: ANSWERS[kind], ...options });

describe("changes that are pulled", () => {
  it.each([
    ["github", ["deployment-status", "pull-request", "release"]],
    ["gitlab", ["deployment", "merge-request", "release"]],
  ] as const)("are the same changes as those of the webhooks of %s", async (kind, files) => {
    const { data, gaps } = await read(kind, usual(kind));
    expect(gaps).toEqual([]);
    const door = changeDoors(configOf(SETTINGS[kind]("http://forge"))).get(kind);
    const reported = files.flatMap((file) => {
      const header = () => file.replaceAll("-", "_");
      return door?.read(recordedJson(`${kind}/webhook-${file}.json`), { receivedAtMs: 0, header }) ?? [];
    });
    const names = ({ entity, kind: of, id, summary, timeUnixMs }: (typeof data)[number]) => [
      entity,
      of,
      id,
      summary,
      timeUnixMs,
    ];
    expect(data.map(names).toSorted()).toEqual(reported.map(names).toSorted());
    expect(distinctChanges([data, reported])).toHaveLength(3);
    expect(data.find(({ summary }) => summary?.startsWith("deployed"))?.beganUnixMs).toBe(
      Date.parse("2026-11-01T10:00:30Z"),
    );
  });

  it("of Argo CD are the syncs of applications: who, which revision, which images, rollbacks, failures", async () => {
    const { data } = await read("argocd", usual("argocd"));
    expect(data.map(({ entity, summary, author }) => [entity, summary, author])).toEqual([
      ["checkout", `synced to ${SHA}; images ghcr.io/acme/checkout:2.4.0`, "ada"],
      ["cart", expect.stringMatching(/^rolled back to 1{40}; images/), "bob"],
      ["cart", expect.stringMatching(/^sync failed to 2{40}: one or more synchronization tasks/), undefined],
    ]);
    const notified = changeDoors(configOf({}))
      .get("argocd")
      ?.read(
        { app: "checkout", revision: SHA, phase: "Succeeded", finishedAt: "2026-11-01T10:02:03Z" },
        { receivedAtMs: 0, header: () => undefined },
      );
    expect(distinctChanges([data, notified ?? []])).toHaveLength(3);
  });

  it("leave out environments that are not production, unless the settings name them", async () => {
    const all = { ...GITHUB, "/deployments/7/statuses": GITHUB["/deployments/8/statuses"] };
    const usualOnes = await read("github", recordedApi({ answers: all }));
    expect(usualOnes.requests.filter((url) => url.includes("/statuses"))).toEqual([
      "/api/v3/repos/acme/checkout/deployments/8/statuses?per_page=100",
    ]);
    const staging = await read("github", recordedApi({ answers: all }), { GITHUB_ENVIRONMENTS: "staging" });
    expect(staging.data.map(({ summary }) => summary)).toContain("deployed main to staging");
  });

  it.each<[string, object[], string | null, string | null]>([
    [
      "under way",
      [{ state: "in_progress", created_at: "2026-11-01T10:00:30Z" }],
      "began to deploy",
      "2026-11-01T10:00:30Z",
    ],
    ["waiting for a person", [{ state: "waiting", created_at: "2026-11-01T10:00:30Z" }], null, null],
    ["without any status", [], "began to deploy", "2026-11-01T10:00:00Z"],
    [
      "failed, and then done",
      [
        { state: "success", created_at: "2026-11-01T10:09:00Z" },
        { state: "failure", created_at: "2026-11-01T10:05:00Z" },
      ],
      "deployed",
      "2026-11-01T10:09:00Z",
    ],
    [
      "replaced later",
      [
        { state: "inactive", created_at: "2026-11-01T10:20:00Z" },
        { state: "success", created_at: "2026-11-01T10:09:00Z" },
      ],
      "deployed",
      "2026-11-01T10:09:00Z",
    ],
  ])("date a deployment that is %s by what its statuses say", async (_, statuses, did, at) => {
    const answers = { ...GITHUB, "/deployments/8/statuses": statuses };
    const { data } = await read("github", recordedApi({ answers }));
    const deploys = data.filter(({ summary }) => summary?.includes(" to production"));
    expect(deploys.map(({ summary, timeUnixMs }) => [summary?.split(" main")[0], timeUnixMs])).toEqual(
      did === null || at === null ? [] : [[did, Date.parse(at)]],
    );
  });

  it("know a repository's environments as services of their own", async () => {
    const env = { GITHUB_REPOSITORIES: "acme/checkout:production=checkout-eu" };
    const { data } = await read("github", usual("github"), env);
    expect(data.map(({ kind, entity }) => `${kind} ${entity}`).toSorted()).toEqual([
      "deploy checkout",
      "deploy checkout-eu",
      "other checkout",
    ]);
  });

  it.each(["github", "gitlab"] as const)("are read page by page, from %s alone", async (kind) => {
    const { data, gaps, requests } = await read(kind, usual(kind, { pageSize: 1 }));
    expect([data.length, gaps]).toEqual([3, []]);
    expect(requests.filter((url) => /deployments\?.*page=[23]/.test(url)).length).toBeGreaterThan(0);
  });

  it("end where pages repeat for ever, and say so", async () => {
    const link = '<http://forge/?page=2>; rel="next"';
    const repeating: RequestListener = (request, response) =>
      (request.url ?? "").includes("/deployments")
        ? sendJson(response, 200, GITLAB["/projects/acme/checkout/deployments"], { link })
        : usual("gitlab")(request, response);
    const { gaps, requests } = await read("gitlab", repeating);
    expect(gaps).toEqual([{ kind: "capped", why: "deployments of acme/checkout: its pages repeat" }]);
    expect(requests.filter((url) => url.includes("/deployments"))).toHaveLength(2);
  });

  it("can be opened: the call that shows each, and its page", async () => {
    const { source } = await read("github", usual("github"));
    const one = { ...query, entities: ["checkout-service"], matchers: [{ label: "id", op: "=" as const, value: SHA }] };
    expect(await source.native?.(one)).toEqual([
      {
        language: "GitHub API",
        text: "GET /repos/acme/checkout/deployments/8/statuses",
        link: "https://github.com/acme/checkout/actions/runs/42",
      },
      {
        language: "GitHub API",
        text: "GET /repos/acme/checkout/pulls/17",
        link: "https://github.com/acme/checkout/pull/17",
      },
    ]);
    const { source: argo } = await read("argocd", usual("argocd"));
    const [native] = (await argo.native?.({ ...query, entities: ["checkout"] })) ?? [];
    expect(native?.link).toMatch(/\/applications\/argocd\/checkout$/);
  });

  it("have titles without control characters, however they were written", async () => {
    const pulls = [{ ...(GITHUB["/repos/acme/checkout/pulls"] as object[])[1], title: "x\u001b[31m\n\u202e`rm -rf`" }];
    const { data } = await read("github", recordedApi({ answers: { ...GITHUB, "/repos/acme/checkout/pulls": pulls } }));
    expect(data.find(({ kind }) => kind === "other")?.summary).toBe("merged #17: x [31m `rm -rf`");
  });
});

describe("a server of changes that misbehaves", () => {
  const LIMIT = { "x-ratelimit-limit": "60", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 1_800) };

  it("is not asked again until its rate limit begins anew", async () => {
    const { origin, received } = await serveLocally((_, response) =>
      sendJson(response, 403, recordedJson("github/api-rate-limited.json"), { ...LIMIT, "x-ratelimit-remaining": "0" }),
    );
    let nowMs = Date.now();
    const open = openPulled(SETTINGS.github(origin), () => nowMs);
    const message = /GitHub allows 60 requests per period, and only 0 are left until/;
    await expect(open().query(query)).rejects.toMatchObject({ code: "BUSY", message: expect.stringMatching(message) });
    await expect(open().query(query)).rejects.toMatchObject({ code: "BUSY" });
    expect(received).toHaveLength(1);
    nowMs += 3_600_000;
    await expect(open().query(query)).rejects.toMatchObject({ code: "BUSY" });
    expect(received).toHaveLength(2);
  });

  it("keeps the last requests of its limit for others, and the report says what was not read", async () => {
    const headers = { ...LIMIT, "x-ratelimit-remaining": "3" };
    const { gaps, data, requests } = await read("github", usual("github", { headers }));
    expect(data.map(({ summary, timeUnixMs }) => [summary, timeUnixMs])).toEqual([
      ["began to deploy main to production: Raise the pool size", Date.parse("2026-11-01T10:00:00Z")],
    ]);
    expect(gaps.map(({ kind, why }) => [kind, why.split(": ")[0]])).toEqual([
      ["capped", "deployments of acme/checkout"],
      ["refused", "merged pull requests of acme/checkout could not be read"],
      ["refused", "releases of acme/checkout could not be read"],
    ]);
    expect(requests).toHaveLength(1);
  });

  it("is waited for if it names a short time", async () => {
    const { data, gaps } = await read("github", limited(1, usual("github")));
    expect([data.length, gaps]).toEqual([3, []]);
  });

  it("that is half down still gives its other lists", async () => {
    const whole = await serveLocally(usual("github"));
    const isDown = ({ pathname }: URL): boolean => pathname.endsWith("/releases");
    const { data, gaps } = await read("github", halfDown(whole.origin, isDown, ["authorization"]));
    expect(data.map(({ id }) => id).toSorted()).toEqual([SHA, SHA]);
    expect(gaps.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^releases of acme\/checkout could not be read: GitHub failed to serve/),
    ]);
  });

  it.each(["github", "gitlab", "argocd"] as const)(
    "that refuses the token of %s is said so, without the token",
    async (kind) => {
      const { origin } = await serveLocally(usual(kind));
      const source = openPulled({ ...SETTINGS[kind](origin), [`${kind.toUpperCase()}_TOKEN`]: "wrong-token-1" })();
      const failure: unknown = await source.query(query).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "REJECTED", message: expect.stringMatching(/refused the credentials/) });
      expect(String((failure as Error).message)).not.toMatch(/wrong-token-1|ghp_/);
      await expect(source.check?.()).rejects.toMatchObject({ code: "REJECTED" });
    },
  );

  it("that hides a repository is said so, and the others are read", async () => {
    const { data, gaps } = await read("github", usual("github"), { GITHUB_REPOSITORIES: "acme/checkout acme/hidden" });
    expect(data).toHaveLength(3);
    expect(gaps.map(({ why }) => why)).toContainEqual(
      expect.stringMatching(/^deployments of acme\/hidden could not be read: GitHub shows nothing at/),
    );
  });

  it("whose entries have other types is read without them", async () => {
    const [first, ...rest] = GITHUB["/repos/acme/checkout/pulls"] as object[];
    const pulls = [{ ...first, number: "seventeen", updated_at: 5 }, ...rest];
    const { data, gaps } = await read(
      "github",
      recordedApi({ answers: { ...GITHUB, "/repos/acme/checkout/pulls": pulls } }),
    );
    expect(data).toHaveLength(3);
    expect(gaps[0]?.why).toMatch(/1 entries do not have the expected form/);
  });

  it("whose clock is two hours off is said so, in the report and by doctor", async () => {
    const date = new Date(Date.now() + 2 * 3_600_000).toUTCString();
    const { source, gaps } = await read("github", usual("github", { headers: { date } }));
    expect(gaps[0]?.why).toMatch(
      /its clock is (?:119|120) min ahead|its clock is 2 h ahead|its clock is 1 h 59 min ahead/,
    );
    const health = await source.check?.();
    expect(health && healthResult(health, Date.now()).detail).toMatch(/^clock differs: /);
  });
});

describe("doctor", () => {
  it("names the repositories, how many deployments each has, and how old the newest is", async () => {
    const { source } = await read("github", usual("github"), { GITHUB_REPOSITORIES: "acme/checkout acme/hidden" });
    const health = await source.check?.();
    const { detail } = health === undefined ? { detail: "" } : healthResult(health, Date.now());
    expect(detail).toMatch(
      /^returns data: acme\/checkout: 2 deployments, and 2 to environments that are not read, the newest .* ago\. acme\/hidden: GitHub shows nothing/,
    );
    expect(detail).not.toContain(TOKEN);
  });

  it("says so where no deployment is read", async () => {
    const { source } = await read("github", usual("github"), { GITHUB_ENVIRONMENTS: "moon" });
    const health = await source.check?.();
    expect(health && healthResult(health, Date.now())).toMatchObject({
      state: "warning",
      detail: expect.stringMatching(/^no data: acme\/checkout: 0 deployments, and 4 .* No deployments found\./),
    });
  });

  it("counts the applications of Argo CD", async () => {
    const { source } = await read("argocd", usual("argocd"));
    expect((await source.check?.())?.sample).toMatch(/^applications: 3 applications with 7 syncs, the newest /);
  });
});
