import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

/** The files that pages load. The key is the name that pages use. */
const FILES = {
  "page.css": { file: "./assets/page.css", type: "text/css" },
  "page.js": { file: "./assets/page.js", type: "text/javascript" },
  "timeline.js": { file: "./assets/timeline.js", type: "text/javascript" },
  "favicon.svg": { file: "./assets/favicon.svg", type: "image/svg+xml" },
  "uplot.js": { file: "uplot/dist/uPlot.iife.min.js", type: "text/javascript" },
  "uplot.css": { file: "uplot/dist/uPlot.min.css", type: "text/css" },
  "htmx.js": { file: "htmx.org/dist/htmx.min.js", type: "text/javascript" },
} as const satisfies Record<string, { file: string; type: string }>;

export type StaticName = keyof typeof FILES;
export type StaticFile = { type: string; bytes: Buffer; gzipped: Buffer };

/**
 * The program's own files for browsers. `path`: where a file is served; its name holds the hash of its bytes, so that a
 * browser keeps it for a year. `find`: the file at the end of such a path.
 */
export type StaticFiles = { path(name: StaticName): string; find(name: string): StaticFile | undefined };

export const STATIC_ROOT = "/assets/";
const HASH_CHARS = 12;

/** Our own lie beside this module, in the source and in the build; those of packages where npm installed them. */
function readFile(file: string): Buffer {
  return readFileSync(
    file.startsWith("./") ? new URL(file, import.meta.url) : createRequire(import.meta.url).resolve(file),
  );
}

/** Reads all files once: they change only with the program. */
export function staticFiles(): StaticFiles {
  const served = Object.entries(FILES).map(([name, { file, type }]) => {
    const bytes = readFile(file);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, HASH_CHARS);
    return { name, hashed: name.replace(/(?=\.\w+$)/, `-${hash}`), file: { type, bytes, gzipped: gzipSync(bytes) } };
  });
  const paths = new Map(served.map(({ name, hashed }) => [name, STATIC_ROOT + hashed]));
  const files = new Map(served.map(({ hashed, file }) => [hashed, file]));
  return { path: (name) => paths.get(name) ?? "", find: (hashed) => files.get(hashed) };
}
