import { Writable } from "node:stream";
import { runCli } from "../../src/cli/run.ts";

/** Keeps all written text, and passes it to `onText` after each write. */
function sink(isTTY: boolean, onText: (text: string) => void = () => {}) {
  let text = "";
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    text += chunk.toString();
    onText(text);
    done();
  };
  const stream = new Writable({ write });
  return { stream: Object.assign(stream, { isTTY }), text: () => text };
}

/** Runs one command line in this process. @param endAt interrupts it as soon as stderr matches. */
export async function causeway(
  argv: string[],
  {
    env = {},
    tty = false,
    signal = new AbortController().signal,
    now = Date.now,
    endAt,
  }: { env?: Record<string, string>; tty?: boolean; signal?: AbortSignal; now?: () => number; endAt?: RegExp } = {},
) {
  const end = new AbortController();
  const [stdout, stderr] = [sink(tty), sink(tty, (text) => endAt?.test(text) === true && end.abort())];
  const signals = AbortSignal.any([signal, end.signal]);
  const code = await runCli(argv, { stdout: stdout.stream, stderr: stderr.stream, env, signal: signals, now });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
