/** Only a hang takes this long. Shorter than the limit of a test, so that its reason is shown. */
export const HANG_MS = 120_000;
