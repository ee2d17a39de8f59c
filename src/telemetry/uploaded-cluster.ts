import { coverageFor, NO_METADATA } from "../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../domain/ports.ts";
import type { Upload } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { type ClusterAnswer, FILE_TOOL } from "../domain/telemetry.ts";

const CAPABILITIES: Capabilities = { holds: "incident", filters: [], metadata: [] };
/** As much of one file as is read, bytes. Outputs of `kubectl` are far smaller. */
const MAX_BYTES = 16 * 1024 * 1024;

/** True for output of `kubectl`, by the name of the upload: `kubectl-pods.txt`, `kubectl.yaml`. */
export const isClusterUpload = ({ name }: Pick<Upload, "name">): boolean =>
  /^kubectl\b[\w.-]*\.(?:txt|json|ya?ml)$/i.test(name);

/** Output of `kubectl` that people uploaded for an incident. */
export const uploadedCluster = (
  uploads: readonly Upload[],
  service: Pick<ServiceStore, "readUpload">,
): TelemetrySource<"cluster"> => ({
  name: "uploads",
  signal: "cluster",
  capabilities: CAPABILITIES,
  async query(query) {
    const data: ClusterAnswer[] = [];
    if (query.recording === null)
      for (const { id, name } of uploads)
        data.push({ tool: FILE_TOOL, args: { path: name }, text: await textOf(service.readUpload(id)) });
    const coverage = coverageFor({ name: "uploads", capabilities: CAPABILITIES }, query);
    return { data, coverage: { ...coverage, returned: data.length } };
  },
  metadata: async () => NO_METADATA,
});

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_BYTES) break;
  }
  return Buffer.concat(read).subarray(0, MAX_BYTES).toString("utf8");
}
