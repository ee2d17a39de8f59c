/**
 * True if the text holds the name, and neither side of it goes on with a letter, a digit, `_`, or a character of
 * `more`. No regular expression is built: names come from answers of clusters, where anybody may have written them.
 */
export function holdsName(text: string, name: string, more = "-"): boolean {
  if (name === "") return false;
  const goesOn = (char: string | undefined): boolean => char !== undefined && (/\w/.test(char) || more.includes(char));
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!goesOn(text[at - 1]) && !goesOn(text[at + name.length])) return true;
  return false;
}
