import { basename } from "node:path";
import { readCluster } from "../app/read-cluster.ts";
import { pastedText, readClusterFiles } from "../connectors/files/cluster-files.ts";
import type { ClusterReading } from "../domain/cluster-reading.ts";

/**
 * Reads files, folders and support bundles of a cluster, and says what is wrong with it.
 *
 * @param pasted text of standard input; null if there is none.
 * @throws {IncidentError} if a path cannot be read.
 */
export async function readClusterDumps(
  paths: readonly string[],
  pasted: string | null,
  signal?: AbortSignal,
): Promise<ClusterReading> {
  const notRead: string[] = [];
  const answers = pasted === null ? [] : [pastedText("standard input", pasted)];
  for (const path of paths)
    answers.push(
      ...(await readClusterFiles(path, basename(path), ({ source, what }) => notRead.push(`${source}: ${what}`), {
        signal,
        namesOtherKinds: true,
      })),
    );
  return readCluster(answers, notRead);
}
