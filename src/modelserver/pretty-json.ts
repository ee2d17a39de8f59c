const INDENT = 2;
/** Items of a list up to this length share lines. */
const SHORT = 20;

/** JSON for people: what fits in `width` stays on one line, the rest is broken. */
export function prettyJson(data: unknown, width: number, indent = 0): string {
  const short = oneLine(data);
  if (indent + short.length <= width || typeof data !== "object" || data === null) return short;
  const inner = indent + INDENT;
  const [open, close] = Array.isArray(data) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(data)
    ? data.map((item) => prettyJson(item, width, inner))
    : Object.entries(data).map(([key, value]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + prettyJson(value, width, inner).trimStart();
      });
  if (parts.length === 0) return short;
  const isPlain =
    Array.isArray(data) && data.every((item) => typeof item !== "object" && oneLine(item).length <= SHORT);
  if (isPlain) return `${open}\n${packed(parts, width, inner)}\n${" ".repeat(indent)}${close}`;
  return `${open}\n${parts.map((part) => " ".repeat(inner) + part).join(",\n")}\n${" ".repeat(indent)}${close}`;
}

function packed(items: readonly string[], width: number, indent: number): string {
  const lines: string[] = [];
  for (const [at, item] of items.entries()) {
    const part = at === items.length - 1 ? item : `${item},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(" ".repeat(indent) + part);
  }
  return lines.join("\n");
}

function oneLine(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(oneLine).join(", ")}]`;
  if (typeof data !== "object" || data === null) return JSON.stringify(data) ?? "null";
  const parts = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}: ${oneLine(value)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
