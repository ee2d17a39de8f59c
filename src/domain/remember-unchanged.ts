/** Longest text that is remembered, and how many are, at most: about 2 MB. */
const MAX_LENGTH = 100;
const MAX_TEXTS = 10_000;

/**
 * Remembers short texts that `change` leaves as they are, so that names that come again and again are looked at once.
 * A text that was changed, because it holds a secret, is not kept.
 *
 * @param change always gives the same for the same text.
 */
export function rememberUnchanged(change: (text: string) => string): (text: string) => string {
  const unchanged = new Set<string>();
  return (text) => {
    if (unchanged.has(text)) return text;
    const changed = change(text);
    if (changed === text && text.length <= MAX_LENGTH) {
      if (unchanged.size >= MAX_TEXTS) unchanged.clear();
      unchanged.add(text);
    }
    return changed;
  };
}
