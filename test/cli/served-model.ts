import { Readable } from "node:stream";
import { causeway } from "./run-cli.ts";

/** Serves a model with these flags while `use` runs; `type` gives it standard input. */
export async function served<T>(flags: string[], use: (url: string, type: (line: string) => void) => Promise<T>) {
  const stdin = new Readable({ read() {} });
  const stop = new AbortController();
  const ready = Promise.withResolvers<string>();
  const run = causeway(["model", "serve", "--port", "0", ...flags], {
    stdin,
    signal: stop.signal,
    onStderr: (text) => {
      const url = /OPENAI_BASE_URL=(\S+)/.exec(text)?.[1];
      if (url !== undefined) ready.resolve(url);
    },
  });
  try {
    const url = await Promise.race([ready.promise, run.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    const result = await use(url, (line) => void stdin.push(`${line}\n`));
    stop.abort();
    return { ...(await run), result };
  } finally {
    stop.abort();
    await run;
  }
}
