import { z } from "zod";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import { isNoticeOf, type Posted, type RunbookProposal } from "../../domain/notice.ts";
import { changeServerRefusal, openApiState } from "../changes/api-state.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { HttpDoor } from "../http/types.ts";
import { openTicketDoor, type TicketPost, type TicketTarget, triedPost } from "./ticket-door.ts";

const Made = z.object({ html_url: z.string() });
const Issues = z.array(Made.extend({ body: z.string().nullish() }));
const Pulls = z.array(Made);
const Repository = z.object({ default_branch: z.string() });
const Reference = z.object({ object: z.object({ sha: z.string() }) });
const Content = z.object({ sha: z.string() });

const PERMISSIONS = { permissions: "Issues, Contents and Pull requests: read and write", project: "repository" };

/**
 * Proposes a runbook in a repository of GitHub: as an issue, or as a pull request from a branch of its own. A file that
 * the repository has is never changed.
 *
 * @throws {IncidentError} REJECTED if the report has no runbook, or the repository has the file
 * @see https://docs.github.com/en/rest/issues/issues#create-an-issue
 */
export async function postGitHubProposal(
  target: TicketTarget,
  { message: { proposal }, analysisId, again, pullRequest, signal }: TicketPost<"github">,
  proxy: ProxySettings | null,
): Promise<Posted> {
  if (proposal === null)
    throw new IncidentError("REJECTED", `analysis ${analysisId} has no runbook to propose`, {
      hint: "A report has one if it drafted a runbook or proposes actions: causeway show --plan skill shows it.",
    });
  const door = openTicketDoor(target, {
    auth: { kind: "bearer", token: target.token },
    headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28", "user-agent": "causeway" },
    proxy,
    refusal: changeServerRefusal(target.name, openApiState(target.name, Date.now), PERMISSIONS),
  });
  const call: Call = { door, repository: `/repos/${target.repository ?? ""}`, proposal, analysisId, signal };
  try {
    return await triedPost(() => (pullRequest ? openPull(call, again) : openIssue(call, again)), {
      timeoutMs: target.timeoutMs,
      signal,
    });
  } finally {
    await door.close();
  }
}

type Call = {
  door: HttpDoor;
  repository: string;
  proposal: RunbookProposal;
  analysisId: string;
  signal: AbortSignal | undefined;
};

async function openIssue({ door, repository, proposal, analysisId, signal }: Call, again: boolean): Promise<Posted> {
  const path = `${repository}/issues`;
  if (!again) {
    const query = { state: "all", sort: "created", direction: "desc", per_page: 100 };
    const there = (await door.json({ path, query, signal }, Issues)).find(({ body }) =>
      isNoticeOf(body ?? "", analysisId),
    );
    if (there !== undefined) return { link: there.html_url, wasThere: true };
  }
  const json = { title: proposal.title, body: proposal.body };
  const { html_url: link } = await door.json({ method: "POST", path, json, signal }, Made);
  return { link, wasThere: false };
}

/** Each step takes up what an earlier try left: the branch, the file on it, the pull request. */
async function openPull(call: Call, again: boolean): Promise<Posted> {
  const { door, repository, proposal, analysisId, signal } = call;
  const branch = `causeway/${proposal.slug}-${analysisId}`;
  const owner = repository.split("/")[2] ?? "";
  const query = { head: `${owner}:${branch}`, state: again ? "open" : "all" };
  const [there] = await door.json({ path: `${repository}/pulls`, query, signal }, Pulls);
  if (there !== undefined) return { link: there.html_url, wasThere: true };
  const { default_branch: base } = await door.json({ path: repository, signal }, Repository);
  const file = `${repository}/contents/runbooks/${proposal.slug}/SKILL.md`;
  const known = await shaOf(call, file, base);
  if (known !== null)
    throw new IncidentError("REJECTED", `the repository has runbooks/${proposal.slug}/SKILL.md`, {
      hint: "Causeway changes no runbook that is there. Send an issue instead, without --pull-request.",
    });
  const head = await door.json({ path: `${repository}/git/ref/heads/${pathOf(base)}`, signal }, Reference);
  const isNew =
    (await door
      .json({ path: `${repository}/git/ref/heads/${pathOf(branch)}`, signal }, Reference)
      .catch(nullIfNotFound)) === null;
  if (isNew) {
    const json = { ref: `refs/heads/${branch}`, sha: head.object.sha };
    await door.json({ method: "POST", path: `${repository}/git/refs`, json, signal }, Reference);
  }
  if (isNew || (await shaOf(call, file, branch)) === null) {
    const content = Buffer.from(`${proposal.text.trimEnd()}\n`, "utf8").toString("base64");
    const json = { message: `Add the runbook ${proposal.slug} that Causeway drafted`, content, branch };
    await door.text({ method: "PUT", path: file, json, signal });
  }
  const json = { title: proposal.title, body: proposal.body, head: branch, base };
  const { html_url: link } = await door.json({ method: "POST", path: `${repository}/pulls`, json, signal }, Made);
  return { link, wasThere: false };
}

/** The hash of a file on a branch; null if it is not there. */
const shaOf = async ({ door, signal }: Call, path: string, ref: string): Promise<string | null> =>
  (await door.json({ path, query: { ref }, signal }, Content).catch(nullIfNotFound))?.sha ?? null;

const pathOf = (branch: string): string => branch.split("/").map(encodeURIComponent).join("/");
