import type { Command } from "./step-commands.ts";
import type { Word } from "./step-words.ts";
import { isPatchOfPlaces } from "./undo-source.ts";

/** `deployment/orders`: it cannot be read as an option, nor as several objects. */
const OBJECT = /^(?:deployment|statefulset|daemonset|pod|node)\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** A name as Kubernetes allows it: RFC 1123. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** One word without quotes, brackets, commas and spaces: it cannot change the query that it is part of. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,252}$/;
/** Text that amtool and Alertmanager take as it is between quotes, and read in the same way. */
const MATCHED = /^[^"\\\p{C}\p{Zl}\p{Zp}]+$/u;
/** Words that kubectl parses: selectors, and the languages that pick fields. */
const QUERY = /^(?:-l|-o|--selector|--field-selector|--output|--template|jsonpath|custom-columns|go-template)/;

/**
 * Why the value of a parameter cannot be used where the commands use it; null if it can. Quotes keep a value one
 * argument. But kubectl itself parses some arguments: a value that leads one, names an object, or is part of a query
 * must be a name.
 */
export function whyNotInPlace(name: string, value: string, commands: readonly Command[]): string | null {
  const words = commands.flatMap((command) => ("argv" in command ? command.argv : []));
  for (const word of words) {
    const needed = word.map((part, at) => (part.kind === "value" && part.name === name ? neededAt(word, at) : null));
    for (const place of needed) if (place !== null && !place.form.test(value)) return place.why;
  }
  return null;
}

type Place = { form: { test: (value: string) => boolean }; why: string } | null;
/** The fixed text before a value that is a whole patch. */
const PATCH = "--patch=";

function neededAt(word: Word, at: number): Place {
  const [lead] = word;
  if (lead?.kind === "text" && lead.text.startsWith(PATCH))
    return { form: { test: isPatchOfPlaces }, why: "it is a patch, and not one that sets fields back" };
  const [before, after] = [word[at - 1], word[at + 1]];
  if (before?.kind === "text" && /^[a-zA-Z_][a-zA-Z0-9_]*="$/.test(before.text))
    return after?.kind === "text" && after.text === '"'
      ? { form: MATCHED, why: "it is part of a matcher, and has a quote, a backslash or a control character" }
      : { form: /^(?!)/, why: "it is part of a matcher whose quotes are not closed" };
  if (at === 0) return { form: OBJECT, why: "it begins an argument, and is not a kind and a name" };
  if (lead?.kind === "text" && QUERY.test(lead.text))
    return { form: PLAIN, why: "it is part of a query, and is not a plain name" };
  return before?.kind === "text" && before.text.endsWith("/") && !before.text.startsWith("-")
    ? { form: NAME, why: "it names an object, and Kubernetes allows no such name" }
    : null;
}
