import { createHash } from "node:crypto";

/** Causeway's UUID namespace, chosen once at random. */
const NAMESPACE = Buffer.from("6f1d3a52c0f24f0e9a5b6f0a1f7c94de", "hex");

/** Qdrant takes integers or UUIDs as ids; a document always gets the same UUID. @see RFC 9562, version 5 */
export function pointId(documentId: string): string {
  const bytes = createHash("sha1").update(NAMESPACE).update(documentId).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
