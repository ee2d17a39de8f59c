import { expect, it } from "vitest";
import { readWebhooks, WebhooksFile } from "../../src/config/webhooks.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";

it("reads CloudWatch topics; the environment overrides the file", () => {
  const file = WebhooksFile.parse({ cloudwatch: { topics: [TOPIC] } });
  expect(readWebhooks({}, file).cloudwatch).toEqual({ topics: [TOPIC] });
  expect(readWebhooks({ CLOUDWATCH_SNS_TOPICS: `${TOPIC}-a, ${TOPIC}-b` }, file).cloudwatch).toEqual({
    topics: [`${TOPIC}-a`, `${TOPIC}-b`],
  });
  expect(readWebhooks({}).cloudwatch).toEqual({ topics: [] });
});

it("refuses an invalid topic ARN and names the setting", () => {
  expect(WebhooksFile.safeParse({ cloudwatch: { topics: ["alarms"] } }).error?.issues).toMatchObject([
    { path: ["cloudwatch", "topics", 0], message: "not the ARN of an SNS topic" },
  ]);
  expect(() => readWebhooks({ CLOUDWATCH_SNS_TOPICS: "arn:aws:sqs:eu-central-1:123456789012:alarms" })).toThrow(
    expect.objectContaining({ code: "CONFIG", message: expect.stringContaining("CLOUDWATCH_SNS_TOPICS") }),
  );
});
