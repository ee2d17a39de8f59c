import type { Runbook } from "../domain/runbook.ts";

/** Files that stand for their folder. */
const FOLDER_PAGE = /^(?:skill|readme|index)$/;

/**
 * The runbook that an address names, by the last part of its path without an extension (`…/restart-workload.md`, `…/restart-workload/SKILL.md`) or by its fragment. A link
 * for a person: it says nothing of what the runbook treats.
 *
 * @param address as URL parses it.
 */
export function namedRunbook(address: string, runbooks: readonly Runbook[]): Runbook | null {
  const { pathname, hash } = new URL(address);
  const parts = pathname
    .split("/")
    .map(slugOf)
    .filter((part) => part !== "");
  const last = FOLDER_PAGE.test(parts.at(-1) ?? "") ? parts.at(-2) : parts.at(-1);
  const names = [slugOf(hash.slice(1)), last];
  return names.flatMap((name) => runbooks.find(({ slug }) => slug === name) ?? [])[0] ?? null;
}

const slugOf = (part: string): string =>
  part
    .replace(/\.[A-Za-z]{1,8}$/, "")
    .toLowerCase()
    .replaceAll("_", "-");
