import type { FetchOptions, PageFolders } from "../../domain/ports.ts";
import type { PageFile } from "../../domain/runbook.ts";
import { hashedWords } from "../hashed-words.ts";
import { openShelf, type PageShelf } from "./rank-pages.ts";

/** A team's own pages. `open` reads what changed, and indexes the pages again only if something did. */
export type PageLibrary = { open(options?: FetchOptions): Promise<PageShelf> };

/**
 * The embedder is always the offline one: weights and certainty were learned with it, and no page leaves this machine.
 */
export function pageLibrary(folders: PageFolders): PageLibrary {
  let kept: { files: readonly PageFile[]; shelf: PageShelf } | null = null;
  return {
    async open(options = {}) {
      const files = await folders.listPages(options);
      if (kept !== null && areSame(kept.files, files)) return kept.shelf;
      const shelf = await openShelf(files, hashedWords, options.signal);
      kept = { files, shelf };
      return shelf;
    },
  };
}

const areSame = (a: readonly PageFile[], b: readonly PageFile[]): boolean =>
  a.length === b.length && a.every((file, at) => file === b[at]);
