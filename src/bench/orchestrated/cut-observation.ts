/** Characters of one observation. */
const MAX_OBSERVATION = 500_000;
/**
 * Characters of all observations of a session, which its checkpoint holds; and of each that comes when they are used
 * up.
 */
const MAX_SESSION = 8_000_000;
const LEAST_OBSERVATION = 20_000;

/**
 * Cuts an observation that is too long: its beginning and its end tell most.
 *
 * @param before characters of the observations that the session holds already.
 */
export function cutObservation(text: string, before: readonly number[]): string {
  const left = MAX_SESSION - before.reduce((sum, length) => sum + length, 0);
  const limit = Math.max(LEAST_OBSERVATION, Math.min(MAX_OBSERVATION, left));
  return text.length <= limit
    ? text
    : `${text.slice(0, Math.ceil(limit / 2))}\n… cut …\n${text.slice(-Math.floor(limit / 2))}`;
}
