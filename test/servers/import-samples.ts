export type ImportedSample = { labels: Readonly<Record<string, string>>; timeMs: number; value: number };

const LINES_AT_ONCE = 200_000;

/** Imports history into VictoriaMetrics, and waits until it can be read. */
export async function importSamples(url: string, samples: readonly ImportedSample[]): Promise<void> {
  for (let at = 0; at < samples.length; at += LINES_AT_ONCE) {
    const body = samples
      .slice(at, at + LINES_AT_ONCE)
      .map(line)
      .join("");
    const answer = await fetch(`${url}/api/v1/import/prometheus`, { method: "POST", body });
    if (!answer.ok) throw new Error(`import failed: HTTP ${answer.status} ${await answer.text()}`);
  }
  await fetch(`${url}/internal/force_flush`);
  await fetch(`${url}/internal/resetRollupResultCache`);
}

/** One line of the text format, with its time. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
function line({ labels: { __name__ = "", ...labels }, timeMs, value }: ImportedSample): string {
  const inner = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${__name__}{${inner.join(",")}} ${value} ${timeMs}\n`;
}
