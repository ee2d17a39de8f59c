import { LineMiner } from "../../logs/templates/line-miner.ts";
import { LineSplitter } from "../../logs/lines/line-splitter.ts";
import { severityOf, type LogSeverity } from "../../logs/lines/severity.ts";

const MAX_LINE_BYTES = 1 << 16;
/** No new template is reported within the first lines. */
const WARM_UP_LINES = 200;
/** A template's rate in this many lines is compared with its rate before. */
const WINDOW_LINES = 1000;
const BURST_RATIO = 5;
const MIN_BURST = 20;

/** Something in a stream of lines that a person should see. */
export type LineEvent = {
  kind: "new-template" | "burst";
  template: string;
  severity: LogSeverity;
  line: number;
  text: string;
};

/**
 * Follows lines and reports each new template, and each template that occurs far more often in the last thousand lines
 * than before.
 */
export async function watchLines(
  chunks: AsyncIterable<Uint8Array>,
  onSeen: (seen: LineEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const known = new Set<number>();
  const inWindow = new Map<number, number>();
  const before = new Map<number, number>();
  let lines = 0; // without continuation lines
  const miner = new LineMiner({ fold: true }, (cluster, { level, line, raw, rawStart, rawEnd }) => {
    lines += 1;
    const report = (kind: LineEvent["kind"]) => {
      const { templates, finalOf } = miner.templates.resolve();
      const text = Buffer.from(raw.buffer, raw.byteOffset + rawStart, rawEnd - rawStart).toString("utf8");
      const template = templates[finalOf(cluster)]?.text ?? text;
      onSeen({ kind, template, severity: severityOf(level, template), line, text });
    };
    const count = (inWindow.get(cluster) ?? 0) + 1;
    inWindow.set(cluster, count);
    if (!known.has(cluster)) {
      known.add(cluster);
      if (lines > WARM_UP_LINES) report("new-template");
    } else {
      const usual =
        ((before.get(cluster) ?? 0) * WINDOW_LINES) / Math.max(WINDOW_LINES, lines - (lines % WINDOW_LINES));
      if (lines > WINDOW_LINES && count === Math.ceil(Math.max(MIN_BURST, usual * BURST_RATIO))) report("burst");
    }
    if (lines % WINDOW_LINES === 0) {
      for (const [id, n] of inWindow) before.set(id, (before.get(id) ?? 0) + n);
      inWindow.clear();
    }
  });
  const splitter = new LineSplitter((buffer, start, end) => miner.push(buffer, start, end), {
    maxLineBytes: MAX_LINE_BYTES,
  });
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    splitter.push(chunk);
    // What was written so far is reported at once. The source may use the chunk's memory again.
    miner.flush();
  }
  splitter.end();
  miner.flush();
}
