import { Readable, Writable } from "node:stream";
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

/**
 * Runs one command line in this process.
 *
 * @param endAt interrupts it as soon as stderr matches.
 * @param onStderr gets all that stderr holds after each write.
 */
export async function causeway(
  argv: string[],
  {
    env = {},
    tty = false,
    signal = new AbortController().signal,
    now = Date.now,
    endAt,
    onStderr = () => {},
    stdin = Readable.from([]),
  }: {
    env?: Record<string, string>;
    tty?: boolean;
    signal?: AbortSignal;
    now?: () => number;
    endAt?: RegExp;
    onStderr?: (text: string) => void;
    stdin?: Readable;
  } = {},
) {
  const end = new AbortController();
  const onText = (text: string): void => {
    if (endAt?.test(text) === true) end.abort();
    onStderr(text);
  };
  const [stdout, stderr] = [sink(tty), sink(tty, onText)];
  const signals = AbortSignal.any([signal, end.signal]);
  const code = await runCli(argv, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: () => stdin,
    env,
    signal: signals,
    now,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
