import type { types } from "@slack/bolt";
import { PRESS } from "./ids.ts";
import { MAX_PAGE_BLOCKS, MAX_PAGE_TEXT } from "./limits.ts";
import { type Block, button, lengthOf } from "./rich.ts";

/** Blocks that stay together on a page: one finding, or one part of a script. */
export type Item = readonly Block[];

/**
 * Spreads items over pages of a bounded size. An item that does not fit moves whole to the next page. Only an item
 * larger than a page continues over several, block by block.
 *
 * @returns at least one page.
 */
export function paged(items: readonly Item[]): Block[][] {
  const pages: { blocks: Block[]; text: number }[] = [{ blocks: [], text: 0 }];
  const fits = (blocks: number, text: number): boolean => {
    const page = pages.at(-1) ?? { blocks: [], text: 0 };
    return page.blocks.length + blocks <= MAX_PAGE_BLOCKS && page.text + text <= MAX_PAGE_TEXT;
  };
  for (const item of items) {
    const sizes = item.map(lengthOf);
    if (
      !fits(
        item.length,
        sizes.reduce((sum, size) => sum + size, 0),
      )
    )
      pages.push({ blocks: [], text: 0 });
    item.forEach((block, i) => {
      const size = sizes[i] ?? 0;
      if (!fits(1, size)) pages.push({ blocks: [], text: 0 });
      const page = pages.at(-1);
      page?.blocks.push(block);
      if (page) page.text += size;
    });
  }
  const full = pages.map(({ blocks }) => blocks).filter((blocks) => blocks.length > 0);
  return full.length === 0 ? [[]] : full;
}

/** Buttons to the previous and next page; none for a single page. `page` counts from 0. */
export function turner(page: number, pages: number): Block[] {
  const buttons: types.Button[] = [
    ...(page > 0 ? [button("◀ Back", PRESS.back, String(page - 1))] : []),
    ...(page < pages - 1 ? [button("Next page ▶", PRESS.page, String(page + 1), "primary")] : []),
  ];
  return buttons.length === 0 ? [] : [{ type: "actions", elements: buttons }];
}

/** Splits text into pieces of at most `size` UTF-16 units, between lines where possible. */
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

/** Cuts a line that is longer than a block, but never in the middle of a character. */
function slices(line: string, size: number): string[] {
  if (line.length <= size) return [line];
  const head = line.slice(0, size).toWellFormed() === line.slice(0, size) ? size : size - 1;
  return [line.slice(0, head), ...slices(line.slice(head), size)];
}
