import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import { CERTIFICATE, signed, TOPIC } from "../connectors/webhooks/sns/signer.ts";
import { startServer, type TestServer } from "./server.ts";

const fetched: string[] = [];
let server: TestServer;
let isUp = true;
beforeAll(async () => {
  const fetchFromAmazon = async (address: string): Promise<string> => {
    fetched.push(address);
    if (!isUp) throw new IncidentError("UNAVAILABLE", "it cannot be reached", { hint: "Wait." });
    return CERTIFICATE;
  };
  server = await startServer({ settings: { webhooks: { cloudwatch: { topics: [TOPIC] } } }, fetchFromAmazon });
  await post(signed("insufficient-data")); // the certificate is fetched once
});
afterAll(() => server.stop());

/** SNS posts JSON with content type text/plain. */
const post = (body: string) =>
  server.ask("/v1/webhooks/cloudwatch", {
    body,
    headers: { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-topic-arn": TOPIC },
  });
const incident = async (id: unknown) => (await server.ask(`/v1/incidents/${id}`)).json;

it("confirms a known topic, opens an incident for its alarm, and closes it with the alarm", async () => {
  fetched.length = 0;
  expect(await post(signed("subscription"))).toMatchObject({ status: 202, json: { incident_id: null, accepted: 0 } });
  expect(fetched.filter((address) => address.includes("Action=ConfirmSubscription"))).toHaveLength(1);
  const fired = await post(signed("alarm"));
  expect(fired).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 0 } });
  expect(await incident(fired.json.incident_id)).toMatchObject({
    status: "open",
    severity: "high",
    title: expect.stringContaining("orders"),
    analyses: [{ status: "queued" }],
  });
  expect(await post(signed("alarm", { MessageId: "another", SignatureVersion: "1" }))).toMatchObject({
    status: 202,
    json: { accepted: 0, duplicates: 1 },
  });
  expect(await post(signed("insufficient-data"))).toMatchObject({ status: 202, json: { accepted: 0 } });
  expect(await post(signed("ok"))).toMatchObject({
    status: 202,
    json: { incident_id: fired.json.incident_id, accepted: 1 },
  });
  expect(await incident(fired.json.incident_id)).toMatchObject({ status: "closed" });
});

it("leaves no open incident when the resolution arrives before the alarm", async () => {
  const notification = (name: string) =>
    signed(name, {
      Message: JSON.stringify({
        ...JSON.parse(JSON.parse(signed(name)).Message),
        AlarmArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:late",
      }),
    });
  const answers = [await post(notification("ok")), await post(notification("alarm"))];
  expect(answers).toMatchObject([{ status: 202 }, { status: 202 }]);
  for (const id of answers.flatMap(({ json }) => json.incident_ids as string[]))
    expect(await incident(id)).toMatchObject({ status: "closed" });
});

it.each([
  ["a forged alarm", signed("alarm").replace("12000.0", "1.0")],
  ["an alarm of another topic", signed("alarm", { TopicArn: `${TOPIC}-2` })],
  ["the subscription of another topic", signed("subscription", { TopicArn: `${TOPIC}-2` })],
])("refuses %s, and asks Amazon for nothing more", async (_, body) => {
  const before = fetched.length;
  expect(await post(body)).toMatchObject({ status: 401 });
  expect(fetched).toHaveLength(before);
});

it("asks the sender to retry when the subscription cannot be confirmed", async () => {
  isUp = false;
  onTestFinished(() => void (isUp = true));
  expect(await post(signed("subscription"))).toMatchObject({ status: 503 });
});
