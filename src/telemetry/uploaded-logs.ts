import type { LogSource } from "../../domain/ports.ts";
import type { Upload } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";

/** Logs that people gave for an incident, beside what was recorded of it, if anything was. Given whole, whatever the window. */
export const withUploads = (
  recorded: LogSource | undefined,
  uploads: readonly Upload[],
  service: Pick<ServiceStore, "readUpload">,
): LogSource => ({
  name: recorded === undefined ? "uploads" : recorded.name,
  async openLogs(slice, options) {
    const streams = (await recorded?.openLogs(slice, options)) ?? [];
    if (slice.shared) return streams;
    return [
      ...streams,
      ...uploads.map(({ id, name, framing }) => ({
        origin: `upload ${name}`,
        framing,
        service: writerOf(name),
        chunks: service.readUpload(id),
      })),
    ];
  },
});

/** The service whose log it is, by its name, as in the folder of a scenario: `checkout` of `checkout.log.gz`. The name that an upload has where none was given tells nothing. */
function writerOf(name: string): string | null {
  const service = /^(.+)\.log(?:\.gz|\.zst)?$/.exec(name)?.[1];
  return service === undefined || service === "upload" ? null : service;
}
