import { lastIndex, tidy, type TraceOrigin } from "./trace-origin.ts";

const JVM_FRAME = /^\s*(?:at|\|-)\s+((?:[\w.$/-]+@?[\w.-]*\/)*[\w$.<>/-]+)\(([^)]*)\)/;
const CLR_FRAME = /^\s*at\s+([\w.`<>[\]+|, ]+\([^)]*\))(?:\s+in\s+(\S+:line \d+))?/;
const JS_FRAME = /^\s*at\s+(?:async\s+)?(?:new\s+)?(.+?:\d+(?::\d+)?)\)?(?:\s*\{)?$/;

/** The first frame of any `at` dialect (JVM, .NET, JavaScript). */
function atFrame(lines: readonly string[]): string | null {
  for (const line of lines) {
    if (!/^\s*at\s/.test(line)) continue;
    const jvm = JVM_FRAME.exec(line);
    if (jvm !== null && /\.(?:java|kt|scala|groovy|clj)|Native|Unknown Source/.test(jvm[2] ?? ""))
      return `${jvm[1]}(${jvm[2]})`;
    const clr = CLR_FRAME.exec(line);
    if (clr !== null && !/:\d+:\d+/.test(line))
      return clr[2] === undefined ? (clr[1] ?? null) : `${clr[1]} in ${clr[2]}`;
    const js = JS_FRAME.exec(line);
    if (js !== null && !/^(?:node:|<anonymous>)|\((?:node:|internal\/)/.test(js[1] ?? ""))
      return (js[1] ?? "").replace(/ \(/, " ").trim();
  }
  return null;
}

const CAUSED_BY = /^(\s*)(?:\[\d+\]\s*)?(?:Caused by|caused by|Causing|Root cause|Cause):\s+(\S.*)$/;

/** Java, Kotlin, Scala: the last `Caused by:` that is no part of a suppressed exception. */
export function jvmOrigin(lines: readonly string[]): TraceOrigin {
  const wrapped = lines.findIndex((line) => /^\s*Wrapped by: /.test(line));
  if (wrapped > 0) return { cause: tidy(thrownAt(lines)), frame: atFrame(lines) };
  let depth = Infinity;
  let at = -1;
  for (const [index, line] of lines.entries()) {
    const found = CAUSED_BY.exec(line);
    if (found === null || (found[1] as string).length > depth) continue;
    depth = (found[1] as string).length;
    at = index;
  }
  if (at === -1) return { cause: tidy(thrownAt(lines)), frame: atFrame(lines) };
  return { cause: tidy(CAUSED_BY.exec(lines[at] ?? "")?.[2]), frame: atFrame(lines.slice(at + 1)) ?? atFrame(lines) };
}

/** The line of the exception above the first frame. */
function thrownAt(lines: readonly string[]): string | undefined {
  const frame = lines.findIndex((line) => /^\s*at\s/.test(line));
  const above = lines.slice(0, Math.max(0, frame)).filter((line) => line.trim() !== "");
  return (
    above.findLast((line) => /^(?:[\w$]+\.)*\w*(?:Exception|Error|Throwable|Failure|Fault)\b/.test(line.trim())) ??
    above.findLast((line) => /(?:Exception|Error)\b.*:/.test(line)) ??
    above.at(-1)
  );
}

/** .NET: `A: a ---> B: b`, on one line or on several; the innermost comes before the first end mark. */
export function clrOrigin(lines: readonly string[]): TraceOrigin {
  const end = lines.findIndex((line) => /--- End of inner exception/.test(line));
  const head = end === -1 ? lines : lines.slice(0, end);
  const at = lastIndex(head, /(?:^|\s)--->\s/);
  const cause = (head[at] ?? "").split(/(?:^|\s)--->\s+/).at(-1);
  return { cause: tidy(cause?.replace(/^\(Inner Exception #\d+\)\s*/, "")), frame: atFrame(lines.slice(at + 1)) };
}

/** JavaScript: the deepest `[cause]:`, or the first member of an `AggregateError`. */
export function jsOrigin(lines: readonly string[]): TraceOrigin {
  const at = lastIndex(lines, /^\s*(?:\[cause\]|cause):\s/);
  const group = lines.findIndex((line) => /^\s*\[?errors\]?:\s*\[/.test(line));
  const from = Math.max(at, group);
  const rest = lines.slice(from === group ? group + 1 : from);
  const cause = from === group ? rest[0] : rest[0]?.replace(/^\s*\[?cause\]?:\s/, "");
  return { cause: tidy(cause), frame: atFrame(rest.slice(1)) ?? atFrame(lines) };
}
