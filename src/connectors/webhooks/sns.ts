import { verify, X509Certificate } from "node:crypto";
import { z } from "zod";
import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { Authenticity, SignedRequest } from "../../domain/webhook-door.ts";
import { GENUINE, refuse } from "./authenticity.ts";

const Text = z.string().nullish();

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export const SnsEnvelope = z.object({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Subject: Text,
  Token: Text,
  SubscribeURL: Text,
  Signature: Text,
  SignatureVersion: Text,
  SigningCertURL: Text,
});
export type SnsEnvelope = z.infer<typeof SnsEnvelope>;

/** Fetches a document from Amazon SNS. @throws {IncidentError} as the HTTP door does */
export type FetchFromAmazon = (address: string) => Promise<string>;

export type SnsTopics = {
  /** Whether SNS itself signed it, for one of the topics. */
  check(request: SignedRequest, nowMs: number): Promise<Authenticity>;
  /** Says yes to a topic that asks whether it may send here; false where that is not what it asks. To call for what is genuine. */
  confirm(payload: unknown): Promise<boolean>;
};

const TOPIC = /^arn:(aws[a-z-]*):sns:([a-z0-9-]{3,40}):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-f]{1,64}\.pem$/;
const HASHES: Readonly<Record<string, string>> = { 1: "sha1", 2: "sha256" };
/** In the order in which they are signed. */
const SIGNED: Readonly<Record<SnsEnvelope["Type"], readonly (keyof SnsEnvelope)[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};
/** Amazon changes its certificate about once a year. */
const MAX_CERTIFICATES = 20;

export const isTopic = (arn: string): boolean => TOPIC.test(arn);

/** Where SNS answers for a topic; null for what is no topic. */
function originOf(topic: string): string | null {
  const [, partition, region] = TOPIC.exec(topic) ?? [];
  return region === undefined ? null : `https://sns.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/**
 * The topics of Amazon SNS that may send to us. Nothing is asked of Amazon for any other, and nothing of any other host: the address of a certificate must be
 * that of the topic's own region, and a subscription is confirmed at an address that we write ourselves.
 *
 * A repeated message tells the times of its first sending again, and so changes nothing: no replay window is needed.
 *
 * @param topics ARNs.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function snsTopics(topics: readonly string[], fetchFromAmazon: FetchFromAmazon): SnsTopics {
  const certificates = new Map<string, Promise<string>>();
  const certificate = (address: string): Promise<string> => {
    const asked = certificates.get(address) ?? fetchFromAmazon(address);
    if (!certificates.has(address)) {
      if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
      certificates.set(address, asked);
      asked.catch(() => certificates.delete(address)); // to be asked for again
    }
    return asked;
  };

  return {
    async check({ rawBody }, nowMs) {
      const envelope = envelopeOf(rawBody);
      if (envelope === null) return refuse("no message of SNS");
      if (!topics.includes(envelope.TopicArn)) return refuse("another topic");
      const address = certificateAddress(envelope);
      const hash = HASHES[envelope.SignatureVersion ?? ""];
      if (address === null || hash === undefined) return refuse("signed in a way that SNS does not");
      try {
        const { publicKey, validFromDate, validToDate } = new X509Certificate(await certificate(address));
        if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime())
          return refuse("signed with a certificate that is not valid now");
        return verify(
          hash,
          Buffer.from(signedText(envelope)),
          publicKey,
          Buffer.from(envelope.Signature ?? "", "base64"),
        )
          ? GENUINE
          : refuse("another signature");
      } catch (error) {
        return refuse(`its certificate cannot be had: ${error instanceof Error ? error.message : "unknown"}`);
      }
    },
    async confirm(payload) {
      const { data } = SnsEnvelope.safeParse(payload);
      if (data === undefined || data.Type === "Notification") return false;
      const origin = originOf(data.TopicArn);
      if (data.Type === "SubscriptionConfirmation" && origin !== null && topics.includes(data.TopicArn))
        await fetchFromAmazon(
          `${origin}/?${new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: data.TopicArn, Token: data.Token ?? "" })}`,
        );
      return true;
    },
  };
}

function envelopeOf(rawBody: Uint8Array): SnsEnvelope | null {
  try {
    return SnsEnvelope.parse(JSON.parse(Buffer.from(rawBody).toString("utf8")));
  } catch {
    return null;
  }
}

function certificateAddress({ TopicArn, SigningCertURL }: SnsEnvelope): string | null {
  if (SigningCertURL == null || !URL.canParse(SigningCertURL)) return null;
  const { origin, pathname, search, username, href } = new URL(SigningCertURL);
  return origin === originOf(TopicArn) && CERTIFICATE_PATH.test(pathname) && search === "" && username === ""
    ? href
    : null;
}

const signedText = (envelope: SnsEnvelope): string =>
  SIGNED[envelope.Type].flatMap((name) => (envelope[name] == null ? [] : [`${name}\n${envelope[name]}\n`])).join("");

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;

/** Fetches from Amazon over the network, without following redirects. */
export function amazonFetcher(proxy: ProxySettings | null): FetchFromAmazon {
  const http = openHttpDoor({
    url: null,
    label: "Amazon SNS",
    settings: { address: "the outbound HTTPS access of this machine" },
    proxy,
    timeouts: { totalMs: TIMEOUT_MS },
    maxBytes: MAX_BYTES,
    allowsRedirect: () => false,
  });
  return (url) => http.text({ url });
}
