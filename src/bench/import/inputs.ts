import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { Unzip, UnzipInflate } from "fflate";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { SourceFile } from "./source-tree.ts";

/** What an input was: bytes as they lie on disk, and their hash. */
export type InputHash = { path: string; bytes: number; sha256: string };

/** Reads files of the source, and remembers what was read. */
export type Inputs = {
  /** The uncompressed bytes. @throws {IncidentError} BAD_INPUT when the file is cut off or damaged. */
  bytes(file: SourceFile): AsyncGenerator<Uint8Array>;
  /** A whole small file. @throws {IncidentError} BAD_INPUT when it is longer than `MAX_TEXT_BYTES`. */
  text(file: SourceFile): Promise<string>;
  /** A whole small file as JSON. @throws {IncidentError} BAD_INPUT */
  json(file: SourceFile): Promise<unknown>;
  /** Notes a file that another reader, such as that of Parquet, opens by itself. */
  hash(file: SourceFile): Promise<void>;
  /** The files that were read to their end, by path. */
  readonly read: ReadonlyMap<string, InputHash>;
};

const READ_BYTES = 256 * 1024;
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/** @param signal ends reading when it is aborted. */
export function inputLog(signal?: AbortSignal): Inputs {
  const read = new Map<string, InputHash>();

  async function* raw(file: SourceFile): AsyncGenerator<Uint8Array> {
    const hash = read.has(file.path) ? null : createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(file.real, { highWaterMark: READ_BYTES })) {
      signal?.throwIfAborted();
      const piece = chunk as Uint8Array;
      hash?.update(piece);
      bytes += piece.length;
      yield piece;
    }
    if (hash) read.set(file.path, { path: file.path, bytes, sha256: hash.digest("hex") });
  }

  async function* bytes(file: SourceFile): AsyncGenerator<Uint8Array> {
    try {
      yield* decoded(file, raw(file));
    } catch (cause) {
      signal?.throwIfAborted();
      throw damaged(file, cause);
    }
  }

  const text = async (file: SourceFile): Promise<string> => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of bytes(file)) {
      length += chunk.length;
      if (length > MAX_TEXT_BYTES) throw damaged(file, new Error("longer than 256 MiB, but it is read in one piece"));
      chunks.push(chunk);
    }
    return Buffer.concat(chunks)
      .toString("utf8")
      .replace(/^\uFEFF/, "");
  };

  return {
    bytes,
    text,
    async json(file) {
      const content = await text(file);
      try {
        return JSON.parse(content) as unknown;
      } catch (cause) {
        throw damaged(file, cause);
      }
    },
    async hash(file) {
      for await (const _ of raw(file));
    },
    read,
  };
}

const damaged = (file: SourceFile, cause: unknown): IncidentError =>
  cause instanceof IncidentError
    ? cause
    : new IncidentError("BAD_INPUT", `${file.path} cannot be read: ${messageOf(cause)}`, {
        hint: "Download the file again, or leave its case out with --only.",
        cause,
      });

async function* decoded(file: SourceFile, raw: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (file.coding === "plain") yield* raw;
  else if (file.coding === "zip") yield* unzipped(raw);
  else yield* inflated(file.coding === "gzip" ? createGunzip() : createZstdDecompress(), raw);
}

async function* inflated(
  inflate: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
  raw: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const feed = (async () => {
    for await (const chunk of raw)
      if (!inflate.write(chunk)) await new Promise((resolve) => inflate.once("drain", resolve));
    inflate.end();
  })().catch((error: unknown) => inflate.destroy(error as Error));
  for await (const chunk of inflate) yield chunk as Uint8Array;
  await feed;
}

/** The only file of a zip archive. */
async function* unzipped(raw: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  let members = 0;
  const unzip = new Unzip((member) => {
    members += 1;
    if (members > 1) failure = new Error("the archive holds several files: unpack it");
    member.ondata = (error, chunk) => {
      if (error) failure = error;
      else ready.push(chunk);
    };
    member.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of raw) {
    unzip.push(chunk);
    if (failure) throw failure as Error;
    const out = ready;
    ready = [];
    yield* out;
  }
  unzip.push(new Uint8Array(0), true);
  yield* ready;
  if (members === 0) throw new Error("no zip archive");
}
