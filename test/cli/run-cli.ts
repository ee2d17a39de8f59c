import { Writable } from "node:stream";
import { runCli } from "../../src/cli/run.ts";

/** Keeps what is written to it. */
function sink(isTTY: boolean) {
  let text = "";
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => ((text += chunk.toString()), done()) });
  return { stream: Object.assign(stream, { isTTY }), text: () => text };
}

/** Runs one command line in this process. */
export async function causeway(
  argv: string[],
  {
    env = {},
    tty = false,
    signal = new AbortController().signal,
    now = Date.now,
  }: { env?: Record<string, string>; tty?: boolean; signal?: AbortSignal; now?: () => number } = {},
) {
  const [stdout, stderr] = [sink(tty), sink(tty)];
  const code = await runCli(argv, { stdout: stdout.stream, stderr: stderr.stream, env, signal, now });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
