import { rename, writeFile } from "node:fs/promises";
import { IncidentError } from "../../domain/errors.ts";

/** Writes a file whole or not at all. @throws {IncidentError} CONFIG when it cannot be written. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  } catch (cause) {
    throw new IncidentError("CONFIG", `${path} cannot be written`, {
      hint: "Give a file in an existing folder that you may write to.",
      cause,
    });
  }
}
