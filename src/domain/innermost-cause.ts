import { clrOrigin, jsOrigin, jvmOrigin } from "./trace-at-frames.ts";
import { beamOrigin, goOrigin, phpOrigin, pyOrigin, rbOrigin, rsOrigin } from "./trace-dialects.ts";
import type { TraceOrigin } from "./trace-origin.ts";

/** Longer text is cut, because a cause is near the start or the end of a trace. */
const MAX_TRACE_CHARS = 64 * 1024;

/** A dialect of traces: whether it wrote these lines, and where the origin is. */
type Dialect = { mark: RegExp; originOf: (lines: readonly string[]) => TraceOrigin };

/** In order: the first whose mark is in the text applies. */
const DIALECTS: readonly Dialect[] = [
  { mark: /Traceback \(most recent call last\)/, originOf: pyOrigin },
  { mark: /^goroutine \d+ .*\[|^\t\S+\.go:\d+/m, originOf: goOrigin },
  { mark: /^\s*\[?cause\]?:\s+\[?\w*(?:Error|Exception)|^\s*\[?errors\]?:\s*\[/m, originOf: jsOrigin },
  { mark: /(?:^|\s)---> ?[\w(]/, originOf: clrOrigin },
  { mark: /^\[stacktrace\]|Stack trace:\n#0|^#\d+ (?:\S+\(\d+\): |\{main\})/m, originOf: phpOrigin },
  { mark: /panicked at |^Caused by:\s*\n\s+\S|stack backtrace:/m, originOf: rsOrigin },
  { mark: /\*\* \((?:EXIT|exit|[A-Z]\w+(?:\.\w+)*)\)|Reason for termination/, originOf: beamOrigin },
  { mark: /=(?:ERROR|CRASH|SUPERVISOR) REPORT=|^\s*crasher:/m, originOf: beamOrigin },
  { mark: /\.(?:rb|erb|rake|ru):\d+:in [`']/, originOf: rbOrigin },
  { mark: /^\s*(?:at\s+\S.*[(:]|Caused by: |caused by: |Wrapped by: |Suppressed: )/m, originOf: jvmOrigin },
  // Last, because a message of another language may have these words.
  { mark: /^(?:.*\s)?(?:panic|fatal error): /m, originOf: goOrigin },
];

/**
 * Finds the origin of the stack trace in a text: the innermost cause of a chain and the frame that raised it. Reads the
 * traces of the JVM, .NET, JavaScript, Python, Go, Ruby, PHP, Rust, Erlang and Elixir.
 *
 * @param text one log event, its lines separated by newlines.
 * @returns null if the text holds no trace.
 */
export function innermostCause(text: string): TraceOrigin | null {
  const held =
    text.length <= MAX_TRACE_CHARS
      ? text
      : `${text.slice(0, MAX_TRACE_CHARS / 2)}\n${text.slice(-MAX_TRACE_CHARS / 2)}`;
  const dialect = DIALECTS.find(({ mark }) => mark.test(held));
  if (dialect === undefined) return null;
  const origin = dialect.originOf(held.split(/\r?\n/));
  return origin.cause === null && origin.frame === null ? null : origin;
}
