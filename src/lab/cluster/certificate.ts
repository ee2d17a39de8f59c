import { generate } from "selfsigned";

/** A certificate for 127.0.0.1 that is its own authority, and its key, as PEM. */
export type Certificate = { cert: string; key: string };

const DAY_MS = 86_400_000;

/** Makes a certificate that is valid for a day. kubectl sends its token over TLS only. Nothing is written to a file. */
export async function makeCertificate(nowMs: number): Promise<Certificate> {
  const made = await generate([{ name: "commonName", value: "causeway-lab" }], {
    keyType: "ec",
    algorithm: "sha256",
    // a cluster whose clock is set back still has a valid certificate
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
