import { openSync, writeSync } from "node:fs";

/**
 * Opens a file to which records are appended, one JSON object a line. Written at once, not buffered: what a process says last
 * before it dies is what an analyst needs most.
 */
export function openJsonLines(path: string): (record: object) => void {
  const file = openSync(path, "a");
  return (record) => void writeSync(file, `${JSON.stringify(record)}\n`);
}
