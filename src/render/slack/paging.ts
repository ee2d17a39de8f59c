import type { types } from "@slack/bolt";
import { PRESS } from "./ids.ts";
import { MAX_PAGE_BLOCKS, MAX_PAGE_TEXT } from "./limits.ts";
import { type Block, button, lengthOf } from "./rich.ts";

/** What belongs together on a page: a piece of evidence, a part of a script. */
export type Item = readonly Block[];

/**
 * Spreads items over pages of a bounded size. An item is never cut: what does not fit goes to the next page whole, and one that is
 * larger than a page goes on over several, block by block.
 *
 * @returns at least one page.
 */
export function paged(items: readonly Item[]): Block[][] {
  const pages: Block[][] = [[]];
  for (const item of items) {
    if (!fits(pages.at(-1) ?? [], item)) pages.push([]);
    for (const block of item) {
      if (!fits(pages.at(-1) ?? [], [block])) pages.push([]);
      pages.at(-1)?.push(block);
    }
  }
  return pages.filter((page, i) => i === 0 || page.length > 0);
}

function fits(page: readonly Block[], more: readonly Block[]): boolean {
  if (page.length === 0) return more.length <= MAX_PAGE_BLOCKS && sizeOf(more) <= MAX_PAGE_TEXT;
  return page.length + more.length <= MAX_PAGE_BLOCKS && sizeOf(page) + sizeOf(more) <= MAX_PAGE_TEXT;
}
const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + lengthOf(block), 0);

/** Buttons to the pages before and after; none where there is one page. `page` counts from 0. */
export function turner(page: number, pages: number): Block[] {
  const buttons: types.Button[] = [
    ...(page > 0 ? [button("◀ Back", PRESS.back, String(page - 1))] : []),
    ...(page < pages - 1 ? [button("Next page ▶", PRESS.page, String(page + 1), "primary")] : []),
  ];
  return buttons.length === 0 ? [] : [{ type: "actions", elements: buttons }];
}

/** Text in pieces of at most `size`, cut between lines where there are any. */
export function pieces(lines: readonly string[], size: number): string[] {
  const found: string[] = [];
  for (const whole of lines) {
    for (const part of slices(whole, size)) {
      const last = found.at(-1);
      if (last !== undefined && last.length + 1 + part.length <= size) found[found.length - 1] = `${last}\n${part}`;
      else found.push(part);
    }
  }
  return found;
}

/** A line that is longer than a block is cut, but never in the middle of a character. */
function slices(line: string, size: number): string[] {
  if (line.length <= size) return [line];
  const head = line.slice(0, size).toWellFormed() === line.slice(0, size) ? size : size - 1;
  return [line.slice(0, head), ...slices(line.slice(head), size)];
}
