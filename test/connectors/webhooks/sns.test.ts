import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, it } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { amazonFetcher, isTopic, snsTopics } from "../../../src/connectors/webhooks/sns.ts";
import { amazon, CERTIFICATE, fixture, signed, TOPIC } from "./sns/signer.ts";

const NOW = Date.parse("2027-01-01T00:00:00Z");
const request = (body: string) => ({ header: () => undefined, rawBody: Buffer.from(body) });
const PEM = fixture("alarm").SigningCertURL ?? "";

it.each([
  ["alarm", "1"],
  ["alarm", "2"],
  ["ok", "2"],
  ["subscription", "1"],
  ["subscription", "2"],
])("accepts %s signed in version %s, and fetches the certificate once", async (name, SignatureVersion) => {
  const ask = amazon();
  const { check } = snsTopics([TOPIC], ask);
  const body = signed(name, { SignatureVersion });
  expect([await check(request(body), NOW), await check(request(body), NOW)]).toEqual([
    { isGenuine: true },
    { isGenuine: true },
  ]);
  expect(ask.requests).toEqual([PEM]);
});

it.each([
  ["what was changed", signed("alarm").replace("12000.0", "1.0"), "wrong signature"],
  [
    "a signature of another message",
    JSON.stringify({ ...fixture("ok"), Signature: JSON.parse(signed("alarm")).Signature }),
    "wrong signature",
  ],
  ["an unsigned message", JSON.stringify({ ...fixture("alarm"), Signature: null }), "wrong signature"],
  ["no JSON", "{", "not an SNS message"],
  ["no message", '{"Type":"Notification"}', "not an SNS message"],
  ["prototypes", '{"__proto__":{"Type":"Notification"}}', "not an SNS message"],
  ["a certificate that is none", signed("alarm"), "its certificate cannot be fetched"],
])("refuses %s", async (what, body, why) => {
  const ask = amazon(async () => (what.startsWith("a certificate") ? "<html>" : CERTIFICATE));
  expect(await snsTopics([TOPIC], ask).check(request(body), NOW)).toEqual({
    isGenuine: false,
    why: expect.stringContaining(why),
  });
});

it.each([
  ["another topic", { TopicArn: `${TOPIC}-2` }],
  ["a certificate of another host", { SigningCertURL: PEM.replace("amazonaws.com", "amazonaws.com.evil.example") }],
  ["a certificate of another region", { SigningCertURL: PEM.replace("eu-central-1", "us-east-1") }],
  ["a certificate of another service", { SigningCertURL: PEM.replace("sns.", "s3.") }],
  ["a certificate without TLS", { SigningCertURL: PEM.replace("https", "http") }],
  ["a certificate at another path", { SigningCertURL: PEM.replace("/Simple", "/up/../x/Simple") }],
  ["a certificate with a query", { SigningCertURL: `${PEM}?x=1` }],
  ["a certificate with user info", { SigningCertURL: PEM.replace("//", "//sns@") }],
  ["another version", { SignatureVersion: "3" }],
])("sends no request for %s", async (_, fields) => {
  const ask = amazon();
  expect(await snsTopics([TOPIC], ask).check(request(signed("alarm", fields)), NOW)).toMatchObject({
    isGenuine: false,
  });
  expect(ask.requests).toEqual([]);
});

it("refuses an expired certificate, and fetches again one that could not be fetched", async () => {
  expect(await snsTopics([TOPIC], amazon()).check(request(signed("alarm")), Date.parse("2010-01-01"))).toMatchObject({
    why: expect.stringContaining("not valid now"),
  });
  let isDown = true;
  const ask = amazon(() =>
    isDown
      ? Promise.reject(new IncidentError("UNAVAILABLE", "it is down", { hint: "Wait." }))
      : Promise.resolve(CERTIFICATE),
  );
  const { check } = snsTopics([TOPIC], ask);
  expect(await check(request(signed("alarm")), NOW)).toMatchObject({
    isGenuine: false,
    why: expect.stringContaining("it is down"),
  });
  isDown = false;
  expect(await check(request(signed("alarm")), NOW)).toEqual({ isGenuine: true });
});

it("confirms only subscriptions of configured topics, at an address that it builds itself", async () => {
  const ask = amazon(async () => "<ConfirmSubscriptionResponse/>");
  const { confirm } = snsTopics([TOPIC], ask);
  expect(await confirm({ ...fixture("subscription"), SubscribeURL: "https://evil.example/" })).toBe(true);
  expect(ask.requests).toEqual([
    `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${encodeURIComponent(TOPIC)}` +
      `&Token=${fixture("subscription").Token}`,
  ]);
  expect([
    await confirm({ ...fixture("subscription"), TopicArn: `${TOPIC}-2` }),
    await confirm({ ...fixture("subscription"), Type: "UnsubscribeConfirmation" }),
    await confirm(fixture("alarm")),
  ]).toEqual([true, true, false]);
  expect(ask.requests).toHaveLength(1);
});

it.each([
  [TOPIC, true],
  ["arn:aws-cn:sns:cn-north-1:123456789012:alarms", true],
  [`${TOPIC}.fifo`, true],
  ["arn:aws:sqs:eu-central-1:123456789012:alarms", false],
  ["arn:aws:sns:evil.example/:123456789012:alarms", false],
])("recognises whether %s is a topic", (arn, is) => {
  expect(isTopic(arn)).toBe(is);
});

it("fetches over the network, follows no redirect, and names the server that it cannot reach", async () => {
  const server = createServer(
    ({ url }, response) =>
      void response.writeHead(url === "/ok" ? 200 : url === "/moved" ? 302 : 500, { location: "/ok" }).end("text"),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetchFromAmazon = amazonFetcher(null);
  expect(await fetchFromAmazon(`${origin}/ok`)).toBe("text");
  await expect(fetchFromAmazon(`${origin}/broken`)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("HTTP 500"),
  });
  await expect(fetchFromAmazon(`${origin}/moved`)).rejects.toMatchObject({ code: "REJECTED" });
  await once(server.close(), "close");
  await expect(fetchFromAmazon(`${origin}/ok`)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("could not be reached"),
  });
});
