import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import {
  checkBasic,
  checkBearer,
  checkGrafana,
  checkPagerDuty,
  checkSvix,
} from "../../../src/connectors/webhooks/authenticity.ts";
import type { SignedRequest } from "../../../src/domain/webhook-door.ts";

const NOW = Date.parse("2026-03-02T12:00:00Z");
const BODY = Buffer.from('{"status": "firing",\n"note":"ü"}');
const sign = (secret: string, ...parts: (string | Buffer)[]): string =>
  parts.reduce((mac, part) => mac.update(part), createHmac("sha256", secret)).digest("hex");

const request = (headers: Record<string, string>, rawBody: Buffer = BODY): SignedRequest => ({
  header: (name) => headers[name.toLowerCase()],
  rawBody,
});
const genuine = { isGenuine: true };
const refused = expect.objectContaining({ isGenuine: false, why: expect.any(String) });

it("accepts either of two bearer tokens, and no other", () => {
  const check = (authorization: string) => checkBearer(request({ authorization }), ["old", "new"]);
  expect([check("Bearer old"), check("bearer new")]).toEqual([genuine, genuine]);
  for (const given of ["", "Bearer ", "Bearer olds", "Basic old", "Bearer old new"])
    expect(check(given)).toEqual(refused);
});

it("accepts the user name with its password, and no other pair", () => {
  const check = (pair: string) =>
    checkBasic(request({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` }), {
      username: "am",
      password: "geheim:ä",
    });
  expect(check("am:geheim:ä")).toEqual(genuine);
  for (const given of ["am:geheim", "am", ":", "AM:geheim:ä"]) expect(check(given)).toEqual(refused);
});

const GRAFANA = {
  secrets: ["old", "new"],
  signatureHeader: "X-Grafana-Alerting-Signature",
  timestampHeader: null,
  toleranceMs: 300_000,
};

it("accepts Grafana's signature over the raw body", () => {
  const check = (signature: string, body = BODY) =>
    checkGrafana(request({ "x-grafana-alerting-signature": signature }, body), GRAFANA, NOW);
  expect(check(sign("new", BODY))).toEqual(genuine);
  expect(check(sign("new", BODY), Buffer.from(JSON.stringify(JSON.parse(BODY.toString()))))).toEqual(refused); // the same JSON in other bytes
  expect(check(sign("other", BODY))).toEqual(refused);
  expect(check("")).toEqual(refused);
});

it("accepts Grafana's signature over time and body near that time, and refuses a replay", () => {
  const check = (time: string, signedTime = time) =>
    checkGrafana(
      request({
        "x-grafana-alerting-signature": sign("old", `${signedTime}:`, BODY),
        "x-grafana-alerting-timestamp": time,
      }),
      { ...GRAFANA, timestampHeader: "X-Grafana-Alerting-Timestamp" },
      NOW,
    );
  const seconds = (offset: number) => String(NOW / 1000 + offset);
  expect([check(seconds(0)), check(seconds(-299)), check(seconds(299))]).toEqual([genuine, genuine, genuine]);
  expect([
    check(seconds(-301)),
    check(seconds(301)),
    check(""),
    check("soon"),
    check(seconds(0), seconds(-900)),
  ]).toEqual([refused, refused, refused, refused, refused]);
});

it("accepts any v1 signature in PagerDuty's list that one of the secrets made", () => {
  const check = (list: string) => checkPagerDuty(request({ "x-pagerduty-signature": list }), ["old", "new"]);
  expect(check(`v1=${sign("new", BODY)}`)).toEqual(genuine);
  expect(check(`v1=${sign("strange", BODY)}, v1=${sign("old", BODY)}`)).toEqual(genuine);
  expect(check(`v0=${sign("new", BODY)}`)).toEqual(refused);
  expect(check(sign("new", BODY))).toEqual(refused);
  expect(check(Array.from({ length: 50 }, () => "v1=00").join(",") + `,v1=${sign("new", BODY)}`)).toEqual(refused);
  expect(checkPagerDuty(request({}), ["new"])).toEqual(refused);
});

it("accepts Svix's signature over id, time and body near that time", () => {
  const key = Buffer.from("a secret of 24 bytes or so");
  const check = (headers: Record<string, string>) =>
    checkSvix(request(headers), [`whsec_${key.toString("base64")}`], NOW);
  const signed = (seconds: number, id = "msg_1") => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,AAAA v1,${createHmac("sha256", key).update(`${id}.${seconds}.`).update(BODY).digest("base64")}`,
  });
  expect(check(signed(NOW / 1000))).toEqual(genuine);
  expect(check(signed(NOW / 1000 - 301))).toEqual(refused);
  expect(check(signed(NOW / 1000, "msg_2"))).toEqual(refused);
  expect(check({ ...signed(NOW / 1000), "webhook-timestamp": "x" })).toEqual(refused);
  expect(check({})).toEqual(refused);
});
