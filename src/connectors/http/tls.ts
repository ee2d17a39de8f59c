import { readFileSync } from "node:fs";
import { IncidentError } from "../../domain/errors.ts";

/** PEM files. `caFile` replaces the system's authorities; `certFile` and `keyFile` are the client's own (mTLS). */
export type TlsFiles = { caFile?: string | null; certFile?: string | null; keyFile?: string | null };
/** What a connection is made with. `servername`: checked against the certificate in place of the host. */
export type TlsMaterial = {
  ca?: Buffer | string;
  cert?: Buffer | string;
  key?: Buffer | string;
  servername?: string;
  rejectUnauthorized?: boolean;
};
/** Files, or a function that gives the material when the first connection is opened. */
export type TlsSource = TlsFiles | (() => Promise<TlsMaterial>);

/** @throws {IncidentError} CONFIG when a file cannot be read, or a client certificate comes without its key. */
export async function readTls(source: TlsSource): Promise<TlsMaterial> {
  if (typeof source === "function") return source();
  const { caFile, certFile, keyFile } = source;
  if ((certFile == null) !== (keyFile == null))
    throw new IncidentError("CONFIG", "a TLS client certificate needs both certFile and keyFile; only one is set", {
      hint: "Set both to PEM files, or remove both.",
    });
  return {
    ...(caFile == null ? {} : { ca: readPem("caFile", caFile) }),
    ...(certFile == null ? {} : { cert: readPem("certFile", certFile) }),
    ...(keyFile == null ? {} : { key: readPem("keyFile", keyFile) }),
  };
}

function readPem(setting: string, path: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw new IncidentError("CONFIG", `${setting} names ${path}, which cannot be read`, {
      hint: `Set ${setting} to a PEM file that this process may read.`,
      cause,
    });
  }
  if (content.includes("-----BEGIN ")) return content; // Node takes another file for an empty one
  throw new IncidentError("CONFIG", `${setting} names ${path}, which is not in PEM form`, {
    hint: `Set ${setting} to a file with "-----BEGIN …-----", or convert it with openssl.`,
  });
}
