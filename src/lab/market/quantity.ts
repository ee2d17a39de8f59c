const BYTES: Readonly<Record<string, number>> = {
  "": 1,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** Millicores of a CPU quantity such as `2` or `250m`; null if it is none. */
export function millicoresOf(quantity: string | undefined): number | null {
  const [, number, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity ?? "") ?? [];
  return number === undefined ? null : Number(number) * (milli === "m" ? 1 : 1000);
}

/** Bytes of a memory quantity such as `64Mi`; null if it is none. */
export function bytesOf(quantity: string | undefined): number | null {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = BYTES[unit];
  return number === undefined || factor === undefined ? null : Number(number) * factor;
}
