const DURATION = /^(\d+(?:\.\d+)?)\s?(ns|us|µs|ms|s|m)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 };
/** Units by the end of a key. Keys that name no unit are taken for milliseconds, as most loggers write them. */
const UNIT_OF_KEY: readonly [RegExp, string][] = [
  [/(?:ms|millis|milliseconds)$/, "ms"],
  [/(?:seconds|requesttime|upstreamresponsetime|httprequestlatency)$/, "s"],
  [/(?:us|micros)$/, "us"],
  [/(?:ns|eventduration)$/, "ns"],
];

/**
 * Milliseconds from the text of a duration: `12`, `12.5`, `12ms`, `0.012s`. A unit in the text outranks that of the
 * key.
 *
 * @param key the key without case and separators. @returns NaN if the text is no duration.
 */
export function latencyMsOf(text: string, key: string): number {
  const [, value, unit] = DURATION.exec(text) ?? [];
  if (value === undefined) return NaN;
  const known = unit ?? UNIT_OF_KEY.find(([pattern]) => pattern.test(key))?.[1] ?? "ms";
  return Number(value) * (UNIT_MS[known] ?? 1);
}
