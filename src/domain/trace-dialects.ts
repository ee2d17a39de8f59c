import { firstMatch, lastIndex, tidy, type TraceOrigin } from "./trace-origin.ts";

const PY_FRAME = /^[\s|]*File "([^"]+)", line (\d+)(?:, in (.+))?/;
const GO_PLACE = /^\s+(\S+\.(?:go|s):\d+)/;
const RB_FRAME = /^\s*(?:\d+:\s*)?(?:from\s+)?(\S+\.(?:rb|erb|rake|ru):\d+):in [`'](.+?)'/;
/** `actionpack (7.0.4) lib/…`: a frame of a gem. */
const RB_GEM_FRAME = /^\s*(?:from\s+)?[\w-]+ \([\w.]+\) (\S+\.rb:\d+):in [`'](.+?)'/;
const PHP_FRAME = /^#\d+ (?:(\S+)\((\d+)\): (.+)|\[internal function\]: .+|\{main\})/;
const EX_FRAME = /^\s+(?:\([\w.]+ [\w.-]+\)\s+)?(\S+\.(?:ex|exs|erl|eex|heex):\d+): (\S+)/;
const ERL_FRAME = /\(([\w/.-]+\.[eh]rl), line (\d+)\)|\{file,\s*"([^"]+)"\},\s*\{line,\s*(\d+)\}/;
const RS_FRAME = /^\s+\d+: (?:0x[0-9a-f]+ - )?([\w<>{}#$ &]+::[\w:<>{}#$ &]+)$/;

const PY_TYPES = "Error|Exception|Warning|Exit|Interrupt|Timeout|Fault|Failure|NotFound|Refused|Denied";
/** `pkg.SomeError`, with or without a message; `pkg.Name: message`; a name alone. */
const PY_THROWN = new RegExp(String.raw`^(?:[\w.]+(?:${PY_TYPES})\b|[\w.]+: |[A-Za-z_][\w.]*$)`);

/** Python: chains print the first exception first; its last frame raised it. */
export function pyOrigin(lines: readonly string[]): TraceOrigin {
  const plain = lines.map((line) => line.replace(/^[\s|+-]*\| ?/, ""));
  const member = lines.findIndex((line) => /^[\s|]*\+-\+?-{3,} 1 -{3,}/.test(line));
  let frame: string | null = null;
  for (
    let i = Math.max(
      0,
      lines.findIndex((line) => line.includes("Traceback (most recent")),
    );
    i < plain.length;
    i += 1
  ) {
    if (i < member) continue;
    const line = plain[i] as string;
    const found = PY_FRAME.exec(line);
    if (found !== null) frame = `${found[1]}:${found[2]}${found[3] === undefined ? "" : ` in ${found[3]}`}`;
    else if (frame !== null && PY_THROWN.test(line)) return { cause: tidy(line), frame };
  }
  return { cause: null, frame };
}

/** Go: the first `panic:` or `fatal error:`; the first frame of the first goroutine outside of the runtime. */
export function goOrigin(lines: readonly string[]): TraceOrigin {
  const thrown = firstMatch(lines, /(?:^|\s)(?:panic|fatal error): (.+?)(?: \[recovered\].*)?$/);
  let called: string | null = null;
  for (const [index, line] of lines.entries()) {
    const place = GO_PLACE.exec(line)?.[1];
    if (place === undefined) continue;
    const name = (lines[index - 1] ?? "").trim().replace(/\([^()]*\)$/, "");
    if (/^(?:runtime[./]|panic$|testing\.)/.test(name)) continue;
    called = name === "" || /\s/.test(name) ? place : `${name} ${place}`;
    break;
  }
  return { cause: tidy(thrown?.[1] ?? undefined), frame: called };
}

/** Ruby: the last entry under `Causes:`, or the exception itself, as `message (Class)` or `Class (message):`. */
export function rbOrigin(lines: readonly string[]): TraceOrigin {
  const frame = firstMatch(lines, RB_FRAME) ?? firstMatch(lines, RB_GEM_FRAME);
  const causes = lines.findIndex((line) => /^\s*(?:Causes|Caused by):\s*$/.test(line));
  const listed = lines.slice(causes + 1).filter((line) => /^\s*[A-Z]\w*(?:::\w+)* \(.+\)/.test(line));
  const inner = causes === -1 ? listed[0] : listed.at(-1);
  const inline = firstMatch(lines, /:in [`'].+?': (.+) \(([A-Z]\w*(?:::\w+)*)\)$/);
  const cause =
    inner ??
    (inline === null
      ? firstMatch(lines, /^([A-Z]\w*(?:::\w+)*(?:Error|Exception|Timeout)\b.*)$/)?.[1]
      : `${inline[2]}: ${inline[1]}`);
  return { cause: tidy(cause?.replace(/:$/, "")), frame: frame === null ? null : `${frame[1]} in ${frame[2]}` };
}

/** PHP prints the first exception first, and Monolog the previous ones last. */
export function phpOrigin(lines: readonly string[]): TraceOrigin {
  const object = /\[object\] \(([\w\\]+)(?:\(code: ?[^)]*\))?:? ?(.*?)(?: at (\S+:\d+)\))?$/;
  const previous = lines[lastIndex(lines, /\[previous exception\]/)];
  const monolog = object.exec(previous ?? lines.find((line) => object.test(line)) ?? "");
  const uncaught = firstMatch(lines, /(?:Uncaught |^)((?:[\w\\]+)?(?:Exception|Error)\b.*?)(?: in (\S+:\d+))?$/);
  const frame = firstMatch(lines, PHP_FRAME);
  const called = frame?.[1] === undefined ? null : `${frame[1]}:${frame[2]} ${frame[3]}`;
  if (monolog !== null) {
    const named = /^\)?$/.test(monolog[2] ?? "") ? monolog[1] : `${monolog[1]}: ${monolog[2]}`;
    return { cause: tidy(named), frame: monolog[3] ?? called };
  }
  return { cause: tidy(uncaught?.[1]), frame: uncaught?.[2] ?? called };
}

/** Rust: the last entry under `Caused by:` (anyhow, eyre), or what the panic says. */
export function rsOrigin(lines: readonly string[]): TraceOrigin {
  const place = firstMatch(lines, /panicked at (?:'.*', )?(\S+?:\d+:\d+)/)?.[1];
  const own = lines
    .map((line) => RS_FRAME.exec(line)?.[1] ?? "")
    .find((name) => name !== "" && !/^(?:std|core|rust_|alloc|<)/.test(name));
  const frame = place ?? own ?? null;
  const causedBy = lines.findIndex((line) => /^\s*Caused by:\s*$/.test(line));
  if (causedBy !== -1) {
    const chain: string[] = [];
    for (const line of lines.slice(causedBy + 1)) {
      if (!/^\s+\S/.test(line)) break;
      chain.push(line.replace(/^\s+(?:\d+:\s+)?/, ""));
    }
    return { cause: tidy(chain.at(-1)), frame };
  }
  const at = lines.findIndex((line) => /panicked at /.test(line));
  const quoted = /panicked at '(.*)', /.exec(lines[at] ?? "")?.[1];
  return { cause: tidy(quoted ?? lines[at + 1]), frame };
}

/** Erlang and Elixir: the exit that is nested deepest, else the first exception. */
export function beamOrigin(lines: readonly string[]): TraceOrigin {
  const elixir = firstMatch(lines, EX_FRAME);
  const erlang = firstMatch(lines, ERL_FRAME);
  const frame =
    elixir !== null
      ? `${elixir[1]} ${elixir[2]}`
      : erlang !== null
        ? `${erlang[1] ?? erlang[3]}:${erlang[2] ?? erlang[4]}`
        : null;
  const nested = lines[lastIndex(lines, /^\s+\*\* \(EXIT\) (?!an exception)/)];
  const thrown = lines.find((line) => /^\s*\*\* \(\w/.test(line));
  const reason = lines.findIndex((line) => /Reason for termination|^\s*(?:Reason|reason|exception \w+):/.test(line));
  const after = /==\s*$/.test(lines[reason] ?? "") ? lines[reason + 1] : lines[reason];
  const cause = nested ?? thrown ?? after;
  return { cause: tidy(cause?.replace(/^\s*\*\*\s*/, "").replace(/^\s*(?:Reason|reason):\s*/, "")), frame };
}
