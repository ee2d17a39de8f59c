import { extname } from "node:path";

/**
 * The file in which a worker thread starts: `name`, next to the module at `url`. The source runs as TypeScript, the
 * build as JavaScript.
 */
export const workerEntry = (name: string, url: string): URL => new URL(`./${name}${extname(url)}`, url);
