const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The number of a Kubernetes quantity, such as `500m` (0.5) or `64Mi`; null if it is not one.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string | number | undefined): number | null {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(text ?? ""));
  if (found === null) return null;
  const [, digits, suffix = ""] = found;
  return Number(digits) * (SUFFIXES[suffix] ?? 1);
}

/** The sum of a resource over containers, 0 where it is not set. */
export const sumOf = (quantities: readonly (string | undefined)[]): number =>
  quantities.reduce((sum, text) => sum + (quantity(text) ?? 0), 0);

/** A sum as Kubernetes writes it: CPU in thousandths where needed, memory in the largest unit that fits. */
export function quantityText(resource: string, value: number): string {
  if (resource.endsWith("cpu")) return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  if (!/(memory|storage)$/.test(resource)) return String(value);
  for (const unit of ["Gi", "Mi", "Ki"]) {
    const size = SUFFIXES[unit] ?? 1;
    if (value >= size && value % size === 0) return `${value / size}${unit}`;
  }
  return String(Math.round(value));
}
