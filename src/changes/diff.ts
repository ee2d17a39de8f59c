/**
 * The code that a unified diff removes and adds, without whitespace and comments. `context`: unchanged lines and hunk
 * headers.
 */
export type CodeDiff = { removed: string[]; added: string[]; context: string[]; reordered: boolean };

const COMMENT_ONLY = /^(?:\/\/|\/\*|\*(?!\w)|#(?!include|define|if|endif)|--\s|<!--|;;|"""|''')/;
const TRAILING_COMMENT = /(?:^|\s)\/\/\s.*$|\s\/\*.*\*\/\s*$|\s#\s.*$|\s--\s.*$/;
/** Upper limit of lines read. */
const MAX_LINES = 2000;
/** Longer lines are generated code, and are cut. */
const MAX_LINE_LENGTH = 400;

/**
 * Reads a unified diff, or a sketch of one: lines with `+` and `-` count, `@@` and file headers are context. A line
 * that is both removed and added counts as neither. If only the order changed, `reordered` is true.
 *
 * @param keep selects files by their path in the headers; lines before any header are always read.
 */
export function readDiff(diff: string, keep: (path: string) => boolean = () => true): CodeDiff {
  const removed: string[] = [];
  const added: string[] = [];
  const context: string[] = [];
  let wanted = true;
  for (const whole of diff.split("\n", MAX_LINES)) {
    const line = whole.slice(0, MAX_LINE_LENGTH);
    if (/^(?:\+\+\+|---) /.test(line) || line.startsWith("@@") || line.startsWith("diff ")) {
      const path = /(?:^|\s)(?:[ab]\/)?([\w.@-]*(?:\/[\w.@-]+)*\.\w+)/.exec(
        line.replace(/^(?:\+\+\+|---|@@|diff --git)\s*/, ""),
      )?.[1];
      if (path !== undefined) wanted = keep(path);
      if (wanted) context.push(line.replace(/^[^\w]+/, ""));
    } else if (wanted) {
      const into = line.startsWith("+") ? added : line.startsWith("-") ? removed : context;
      const text = codeOf(into === context ? line : line.slice(1));
      if (text !== "") into.push(text);
    }
  }
  const [gone, come] = [without(removed, added), without(added, removed)];
  return {
    removed: gone,
    added: come,
    context,
    reordered: gone.length + come.length === 0 && removed.join("\n") !== added.join("\n"),
  };
}

function codeOf(line: string): string {
  const trimmed = line.trim();
  return COMMENT_ONLY.test(trimmed) ? "" : trimmed.replace(TRAILING_COMMENT, "").replace(/\s+/g, " ").trim();
}

/** Removes from `lines` one copy for each equal line of `others`. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}
