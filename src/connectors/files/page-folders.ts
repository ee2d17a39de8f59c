import { basename } from "node:path";
import type { FetchOptions, PageFolders, Problem } from "../../domain/ports.ts";
import type { PageFile } from "../../domain/runbook.ts";
import { listPageFiles, type PlacedFile } from "./page-files.ts";
import { type PageText, readPageText } from "./page-text.ts";

export type PageLimits = { files: number; bytes: number; pageBytes: number; entries: number };
/** A runbook wiki of a large company has about a thousand pages. */
const LIMITS: PageLimits = { files: 5_000, bytes: 64 * 1024 ** 2, pageBytes: 256 * 1024, entries: 200_000 };
/** Files that are read at the same time. */
const TOGETHER = 16;

type Kept = PageText & { stamp: string; page: PageFile | null };

/**
 * Pages from folders: Markdown, AsciiDoc, reStructuredText, HTML (as Markdown) and plain text. A folder or file that
 * cannot be read is a problem, and the others still load. A file is read again only if its time or size changed.
 *
 * @param dirs absolute paths. An id is the folder's name and the path below it; folders that share a name have the whole
 *   path.
 */
export function pageFolders(dirs: readonly string[], limits: Partial<PageLimits> = {}): PageFolders {
  const bounds = { ...LIMITS, ...limits };
  const labels = labelsOf(dirs);
  let known = new Map<string, Kept>();

  async function keptOf(file: PlacedFile, label: string): Promise<Kept> {
    const stamp = `${file.mtimeMs} ${file.bytes}`;
    const before = known.get(file.real);
    const id = `${label}/${file.path}`;
    if (before?.stamp === stamp && (before.page === null || before.page.id === id)) return before;
    const read = await readPageText(file.real, file.path, bounds.pageBytes);
    return { ...read, stamp, page: read.text === null ? null : { id, path: file.path, text: read.text } };
  }

  return {
    async listPages({ signal, onProblem }: FetchOptions = {}) {
      const next = new Map<string, Kept>();
      let [files, bytes] = [0, 0];
      for (const [at, dir] of dirs.entries()) {
        const label = labels[at] ?? dir;
        const problem = (what: string, isCut = false): void =>
          onProblem?.({ source: label, line: null, what, ...(isCut ? { isCut } : {}) } satisfies Problem);
        const found = await listPageFiles(dir, { ...bounds, problem, signal });
        if (found === null) continue;
        if (found.length === 0) problem("holds no page");
        const fresh = found.filter(({ real }) => !next.has(real));
        const fits = fresh.filter((file) => {
          files += 1;
          bytes += Math.min(file.bytes, bounds.pageBytes);
          return files <= bounds.files && bytes <= bounds.bytes;
        });
        if (fits.length < fresh.length)
          problem(`${fresh.length - fits.length} pages were left out: at most ${limitWords(bounds)} are read`, true);
        for (let first = 0; first < fits.length; first += TOGETHER) {
          signal?.throwIfAborted();
          const some = fits.slice(first, first + TOGETHER);
          const read = await Promise.all(some.map((file) => keptOf(file, label)));
          for (const [place, one] of read.entries()) {
            const { real = "", path = "" } = some[place] ?? {};
            next.set(real, one);
            if (one.problem !== null) problem(`${path}: ${one.problem}`);
          }
        }
      }
      known = next;
      return [...next.values()].flatMap(({ page }) => page ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

const limitWords = ({ files, bytes }: PageLimits): string =>
  `${files} pages with ${Math.round(bytes / 1024 ** 2)} MB together`;

function labelsOf(dirs: readonly string[]): string[] {
  const names = dirs.map((dir) => basename(dir) || dir);
  return dirs.map((dir, at) => (names.filter((name) => name === names[at]).length > 1 ? dir : (names[at] ?? dir)));
}
