/** Between two looks at whether the reader of a stream may still read, milliseconds. */
const CHECK_MS = 2_000;

/**
 * Ends a stream that was opened by somebody who may no longer read it: the key was revoked, the session ended. A look
 * that fails ends it as well; the reader connects again and gets the reason.
 *
 * @returns a function that stops looking.
 */
export function endWhenOut(isStillIn: () => Promise<boolean>, gone: AbortController): () => void {
  const timer = setInterval(() => {
    void isStillIn().then(
      (isIn) => (isIn ? undefined : gone.abort()),
      () => gone.abort(),
    );
  }, CHECK_MS);
  return () => clearInterval(timer);
}
