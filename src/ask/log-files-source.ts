import type { FetchOptions } from "../domain/ports.ts";
import { EventReader } from "../logs/lines/event-reader.ts";
import { LineSplitter } from "../logs/lines/line-splitter.ts";
import type { LogEvent } from "../logs/lines/log-event.ts";
import { LineMiner } from "../logs/templates/line-miner.ts";
import type { AskRead, AskRecord, AskSource } from "./ask-source.ts";
import { LogRecordView } from "./log-record.ts";

const MAX_LINE_BYTES = 1 << 16;
/** Lines whose template was given up, because there are too many. */
export const OTHER_TEMPLATES = "(other lines: too many different templates)";

/** A log file that can be opened any number of times. */
export type ReopenedLog = { origin: string; open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array> };
export type LogFilesOptions = Pick<FetchOptions, "signal"> & {
  /** A time near those of the lines, for times that are written without a year. */
  referenceMs?: number | null | undefined;
};

/** The events of log files as records: a line, with the lines that continue it. Blank lines are none. */
export function logFilesSource(
  logs: readonly ReopenedLog[],
  { referenceMs, signal: whole }: LogFilesOptions = {},
): AskSource {
  return {
    selections: ["logs"],
    async read(_select, { templates, signal = whole }, onRecord): Promise<AskRead> {
      const view = new LogRecordView();
      let origin = { source: "", service: null, pod: null };
      const take = (template: number, event: LogEvent): void => {
        if (event.rawEnd === event.rawStart) return;
        view.set(event, origin, template);
        onRecord(view satisfies AskRecord);
      };
      const miner = templates ? new LineMiner({ referenceMs, fold: true }, take) : null;
      const reader = miner ?? new EventReader({ referenceMs, fold: true }, (event) => take(-1, event));
      for (const log of logs) {
        origin = { ...origin, source: log.origin };
        const splitter = new LineSplitter((buffer, start, end) => reader.push(buffer, start, end), {
          maxLineBytes: MAX_LINE_BYTES,
        });
        for await (const chunk of log.open()) {
          signal?.throwIfAborted();
          splitter.push(chunk);
        }
        splitter.end();
        reader.endFile();
      }
      return templateReader(miner);
    },
  };
}

/** The texts of the templates that were mined. */
export function templateReader(miner: LineMiner | null): AskRead {
  const resolved = miner?.templates.resolve();
  return {
    templateOf: (template) => resolved?.templates[resolved.finalOf(template)]?.text ?? OTHER_TEMPLATES,
  };
}
