import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { isRead, MEBIBYTE, type ReadLimits, type TextCollector } from "./cluster-collector.ts";

// Archives come from others. Nothing is written to disk, links in them are not followed, and what they unpack to is
// bounded: a small file can hold terabytes of zeros.

export const isArchive = (name: string): boolean => /\.(tar|tar\.gz|tgz|zip)$/i.test(name);

/** Reads the texts of an archive. One that is damaged, cut off or too large gives what stands before that. */
export const readArchive = (
  path: string,
  label: string,
  collector: TextCollector,
  signal?: AbortSignal,
): Promise<void> => (/\.zip$/i.test(path) ? readZip(path, label, collector) : readTar(path, label, collector, signal));

async function readTar(path: string, label: string, collector: TextCollector, signal?: AbortSignal): Promise<void> {
  const { extract } = await import("tar-stream");
  const { limits } = collector;
  const archive = extract();
  const input = createReadStream(path);
  const bounded = boundedStream(collector.limits);
  const source = /gz$/i.test(path) ? input.pipe(createGunzip()) : input;
  for (const stream of new Set([input, source, bounded])) stream.on("error", (error: Error) => archive.destroy(error));
  source.pipe(bounded).pipe(archive);
  let entries = 0;
  try {
    for await (const entry of archive) {
      signal?.throwIfAborted();
      if (!collector.canTake(label)) break;
      if ((entries += 1) > limits.entries) throw tooLarge(`more than ${limits.entries} entries`);
      const { name, type, size = 0 } = entry.header;
      const isTooLarge = type === "file" && size > limits.fileBytes;
      if (isTooLarge) collector.problem(`${label}/${name}`, "is too large");
      else if (type === "file" && !isRead(name)) collector.leaveOut(name);
      if (type !== "file" || isTooLarge || !isRead(name)) entry.resume();
      else {
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry) chunks.push(chunk as Uint8Array);
        addEntry(collector, `${label}/${name}`, Buffer.concat(chunks));
      }
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const why =
      cause instanceof IncidentError ? cause.message : `the archive is damaged or cut off: ${messageOf(cause)}`;
    collector.problem(label, `${why}; what came before was read`);
  } finally {
    input.destroy();
    source.destroy();
  }
}

/** Passes on what an archive unpacks to, until it is too much. */
function boundedStream({ unpackedBytes }: ReadLimits): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > unpackedBytes) done(tooLarge(`it unpacks to more than ${Math.round(unpackedBytes / MEBIBYTE)} MiB`));
      else done(null, chunk);
    },
  });
}

const tooLarge = (what: string): IncidentError => new IncidentError("CONFIG", what, { hint: "", cause: null });

/** Logs in an archive may be compressed once more. */
function addEntry(collector: TextCollector, path: string, bytes: Uint8Array): void {
  if (!/\.gz$/i.test(path)) return collector.add(path, bytes);
  try {
    collector.add(path, gunzipSync(bytes, { maxOutputLength: collector.limits.fileBytes }));
  } catch (cause) {
    collector.problem(path, `cannot be unpacked: ${messageOf(cause)}`);
  }
}

async function readZip(path: string, label: string, collector: TextCollector): Promise<void> {
  const { limits } = collector;
  if ((await stat(path)).size > limits.totalBytes) return collector.problem(label, "the archive is too large");
  const { unzipSync } = await import("fflate");
  let [planned, files, unread] = [0, 0, 0];
  try {
    const entries = unzipSync(await readFile(path), {
      filter({ name, originalSize }) {
        if (name.endsWith("/")) return false;
        if (!isRead(name)) collector.leaveOut(name);
        else if (originalSize > limits.fileBytes) collector.problem(`${label}/${name}`, "is too large");
        else if (planned + originalSize > limits.totalBytes || files >= limits.files) unread += 1;
        else {
          planned += originalSize;
          files += 1;
          return true;
        }
        return false;
      },
    });
    if (unread > 0) collector.problem(label, `${unread} of its files were not read: it is too large`);
    for (const [name, bytes] of Object.entries(entries))
      if (collector.canTake(label)) addEntry(collector, `${label}/${name}`, bytes);
  } catch (cause) {
    collector.problem(label, `the archive is damaged or cut off: ${messageOf(cause)}`);
  }
}
