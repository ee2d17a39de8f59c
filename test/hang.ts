/** Only a hang takes this long. Below the limit of a test, so that the reason of the last try is shown. */
export const HANG_MS = 570_000;
