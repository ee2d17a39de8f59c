import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { IncidentError } from "../../domain/errors.ts";

const run = promisify(execFile);

/** A certificate for 127.0.0.1 that is its own authority, and its key, as PEM. */
export type Certificate = { cert: string; key: string };

/**
 * Makes a certificate that is valid for a day. kubectl sends its token over TLS only.
 *
 * @param folder gets `api.crt` and `api.key`, which only this user can read.
 * @throws {IncidentError} UNAVAILABLE if openssl cannot be run.
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const [certFile, keyFile] = [join(folder, "api.crt"), join(folder, "api.key")];
  const request = ["req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=causeway-lab"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", keyFile, "-out", certFile];
  const extension = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  try {
    await run("openssl", [...request, ...key, ...extension]); // the key file gets mode 600
  } catch (cause) {
    throw new IncidentError("UNAVAILABLE", "the lab's cluster could not make a TLS certificate", {
      hint: "Install openssl (version 1.1.1 or newer), and see that it is on the PATH.",
      cause,
    });
  }
  const [cert, secret] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  return { cert, key: secret };
}
