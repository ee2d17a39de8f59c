/**
 * The JSON that a model wrote: bare, in a fence of Markdown, or between sentences. Of several objects, the one from the
 * first brace to the last. Undefined if there is none.
 */
export function readJson(text: string): unknown {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n?```/i.exec(text)?.[1];
  const [start, end] = [text.search(/[{[]/), Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"))];
  const braces = start === -1 || end < start ? undefined : text.slice(start, end + 1);
  for (const part of [text, fenced, braces]) {
    const value = part === undefined ? undefined : parsed(part);
    if (value !== undefined) return value;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
