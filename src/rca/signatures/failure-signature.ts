/**
 * Blamed by a failure message: the program that writes it (`speaker`), the other end that it names (`named`), or
 * `nobody`, for a message that many faults cause and quiet days show too.
 */
export type Blames = "speaker" | "named" | "nobody";

/**
 * A failure message of a product or library, as data.
 *
 * - `phrases`: what the message says, any of them. See `compilePhrase` for wildcards.
 * - `cause`: id of a cause card.
 * - `weight`: 3 if the message states the fault itself; 2 if it names the place of the fault; 1 if it is a symptom of
 *   many faults; 0 if it blames nobody.
 */
export type FailureSignature = {
  id: string;
  cause: string;
  blames: Blames;
  weight: 0 | 1 | 2 | 3;
  phrases: readonly string[];
};

const define =
  (blames: Blames, weight: FailureSignature["weight"]) =>
  (id: string, cause: string, ...phrases: readonly string[]): FailureSignature => ({
    id,
    cause,
    blames,
    weight,
    phrases,
  });

// Shorthands for the families: whom the message blames, and how certainly.

/** The writer states its own fault. */
export const own = define("speaker", 3);
/** The writer has a fault, perhaps caused by something else. */
export const ownHint = define("speaker", 2);
/** The writer is affected. Whether it is at fault is open. */
export const ownSymptom = define("speaker", 1);
/** The fault is at the named end. */
export const peer = define("named", 3);
/** The fault is at the named end, or on the way to it. */
export const peerHint = define("named", 2);
/** The named end failed or was slow, perhaps because of its own callees. */
export const peerSymptom = define("named", 1);
/** Does not locate a fault: many faults cause it, and so do clients that disconnect. */
export const harmless = (id: string, ...phrases: readonly string[]): FailureSignature => ({
  id,
  cause: "unknown",
  blames: "nobody",
  weight: 0,
  phrases,
});
