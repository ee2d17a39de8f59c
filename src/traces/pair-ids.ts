/** Numbers pairs of texts from 0 in order of first use, without building a combined text. */
export function pairIds(): (a: string, b: string) => number {
  const known = new Map<string, Map<string, number>>();
  let count = 0;
  return (a, b) => {
    let ids = known.get(a);
    if (!ids) known.set(a, (ids = new Map()));
    let id = ids.get(b);
    if (id === undefined) ids.set(b, (id = count++));
    return id;
  };
}
