import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FetchFromAmazon } from "../../../../src/connectors/webhooks/sns.ts";

const here = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
/** Made for these tests (`openssl req -x509`), and worth nothing anywhere else. */
const KEY = here("key.pem");
export const CERTIFICATE = here("certificate.pem");

export const TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";
export const fixture = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../../fixtures/cloudwatch", `${name}.json`), "utf8"));

const SIGNED = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** A message as SNS would send it. The fields that are signed are in the order of their names. */
export function signed(name: string, fields: Record<string, string> = {}): string {
  const message = { ...fixture(name), ...fields };
  const text = SIGNED.flatMap((field) => (message[field] == null ? [] : [`${field}\n${message[field]}\n`])).join("");
  const Signature = createSign(message.SignatureVersion === "1" ? "sha1" : "sha256")
    .update(text)
    .sign(KEY, "base64");
  return JSON.stringify({ ...message, Signature });
}

/** Amazon, as far as its certificate goes; remembers what it was asked. */
export function amazon(
  answer: () => Promise<string> = async () => CERTIFICATE,
): FetchFromAmazon & { requests: string[] } {
  const requests: string[] = [];
  return Object.assign(async (address: string) => (requests.push(address), answer()), { requests });
}
