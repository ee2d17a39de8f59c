import { signalWords } from "../domain/signals.ts";

/** Number of words with which both metric names begin. */
export function sharedWords(a: string, b: string): number {
  const [own, other] = [signalWords(a), signalWords(b)];
  const apart = own.findIndex((word, at) => word !== other[at]);
  return apart < 0 ? own.length : apart;
}
