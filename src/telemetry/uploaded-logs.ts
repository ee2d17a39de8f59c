import { coverageFor, NO_METADATA } from "../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../domain/ports.ts";
import type { Upload } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** Uploads are read whole: people choose what they upload. */
const CAPABILITIES: Capabilities = { holds: "incident", filters: ["names"], metadata: ["streams"] };

/** Logs that people uploaded for an incident, in addition to its other telemetry. */
export const uploadedLogs = (
  uploads: readonly Upload[],
  service: Pick<ServiceStore, "readUpload">,
): TelemetrySource<"log"> => ({
  name: "uploads",
  signal: "log",
  capabilities: CAPABILITIES,
  async query(query) {
    const wanted = uploads
      .map((upload) => ({ ...upload, origin: originOf(upload) }))
      .filter(({ origin }) => query.recording === null && (query.names.length === 0 || query.names.includes(origin)));
    const coverage = coverageFor({ name: "uploads", capabilities: CAPABILITIES }, query);
    return {
      data: wanted.map(({ id, name, framing, origin }) => ({
        origin,
        framing,
        service: writerOf(name),
        untimed: true,
        chunks: service.readUpload(id),
      })),
      coverage: { ...coverage, returned: wanted.length },
    };
  },
  async metadata({ recording }) {
    return recording === null ? { ...NO_METADATA, streams: uploads.map(originOf) } : NO_METADATA;
  },
});

const originOf = ({ name }: Upload): string => `upload ${name}`;

/**
 * The service that wrote a log, from its name: `checkout` for `checkout.log.gz`, as in a scenario folder. Null for
 * `upload`, the default name of an upload.
 */
function writerOf(name: string): string | null {
  const service = /^(.+)\.log(?:\.gz|\.zst)?$/.exec(name)?.[1];
  return service === undefined || service === "upload" ? null : service;
}
