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
  /** Checks that SNS signed the request, for one of the topics. */
  check(request: SignedRequest, nowMs: number): Promise<Authenticity>;
  /** Confirms a subscription; false when the message is not a confirmation. Call it only for genuine messages. */
  confirm(payload: unknown): Promise<boolean>;
};

const TOPIC = /^arn:(aws[a-z-]*):sns:([a-z0-9-]{3,40}):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-f]{1,64}\.pem$/;
const HASHES: Readonly<Record<string, string>> = { 1: "sha1", 2: "sha256" };
/** Fields in the order in which SNS signs them. */
const SIGNED: Readonly<Record<SnsEnvelope["Type"], readonly (keyof SnsEnvelope)[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};
/** Amazon changes its certificate about once a year. */
const MAX_CERTIFICATES = 20;

export const isTopic = (arn: string): boolean => TOPIC.test(arn);

/** The SNS endpoint of a topic; null when it is not a topic. */
function originOf(topic: string): string | null {
  const [, partition, region] = TOPIC.exec(topic) ?? [];
  return region === undefined ? null : `https://sns.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/**
 * The Amazon SNS topics that may send alerts. Causeway sends requests only for these topics and only to Amazon: a
 * certificate must lie in the topic's own region, and Causeway builds the address that confirms a subscription itself.
 *
 * A replayed message carries the times of its first sending, so it changes nothing; no replay window is needed.
 *
 * @param topics ARNs.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function snsTopics(topics: readonly string[], fetchFromAmazon: FetchFromAmazon): SnsTopics {
  const certificates = new Map<string, Promise<string>>();
  const certificate = (address: string): Promise<string> => {
    const pending = certificates.get(address) ?? fetchFromAmazon(address);
    if (!certificates.has(address)) {
      if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
      certificates.set(address, pending);
      pending.catch(() => certificates.delete(address)); // fetched again next time
    }
    return pending;
  };

  return {
    async check({ rawBody }, nowMs) {
      const envelope = envelopeOf(rawBody);
      if (envelope === null) return refuse("not an SNS message");
      if (!topics.includes(envelope.TopicArn)) return refuse("a topic that is not configured");
      const address = certificateAddress(envelope);
      const hash = HASHES[envelope.SignatureVersion ?? ""];
      if (address === null || hash === undefined) return refuse("not signed in the way of SNS");
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
          : refuse("wrong signature");
      } catch (error) {
        return refuse(`its certificate cannot be fetched: ${error instanceof Error ? error.message : "unknown"}`);
      }
    },
    async confirm(payload) {
      const { data } = SnsEnvelope.safeParse(payload);
      if (data === undefined || data.Type === "Notification") return false;
      const origin = originOf(data.TopicArn);
      if (data.Type === "SubscriptionConfirmation" && origin !== null && topics.includes(data.TopicArn))
        await fetchFromAmazon(`${origin}/?${confirmation(data)}`);
      return true;
    },
  };
}

const confirmation = ({ TopicArn, Token }: SnsEnvelope): URLSearchParams =>
  new URLSearchParams({ Action: "ConfirmSubscription", TopicArn, Token: Token ?? "" });

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
