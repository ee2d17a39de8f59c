import { extname } from "node:path";

/** The file `name` beside the module at `url`, where a thread begins. The source runs as TypeScript; what is published is JavaScript beside it. */
export const workerEntry = (name: string, url: string): URL => new URL(`./${name}${extname(url)}`, url);
