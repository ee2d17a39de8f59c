import type { Runbook } from "../domain/runbook.ts";

/** File names that stand for their folder. */
const FOLDER_PAGE = /^(?:skill|readme|index)$/;

/**
 * Finds the runbook that an address names: by its fragment, or by the last part of its path without an extension
 * (`…/restart-workload.md`, `…/restart-workload/SKILL.md`). The link is for people and says nothing about causes.
 *
 * @param address an absolute URL.
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
