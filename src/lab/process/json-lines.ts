import { openSync, writeSync } from "node:fs";

/**
 * Opens a file for records, one JSON object per line. Each is written at once, without a buffer: the last lines before
 * a crash matter most.
 */
export function openJsonLines(path: string): (record: object) => void {
  const file = openSync(path, "a");
  return (record) => void writeSync(file, `${JSON.stringify(record)}\n`);
}
