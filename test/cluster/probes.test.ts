import { expect, it } from "vitest";
import { describe, events, findingsOf, pods, summariesOf } from "./tools.ts";

const WEB = "web-7c9d8f6b5-q8w7e";
const restarting = pods(`${WEB}  1/1  Running  4 (9s ago)  2m  node-a`);
const unready = pods(`${WEB}  0/1  Running  0  2m  node-a`);
const container = (liveness: string, readiness: string, event: string) =>
  describe(
    "pods",
    WEB,
    "Containers:\n  main:\n    Port:           8080/TCP\n    Host Port:      0/TCP\n" +
      `    Liveness:   ${liveness}  timeout=1s #success=1\n` +
      `    Readiness:  ${readiness}  timeout=1s #success=1\n` +
      `${events(`Warning  Unhealthy  2s (x9 over 80s)  kubelet  ${event}`)}`,
  );
const PATIENT = "delay=10s period=10s #failure=3";

it.each([
  [
    "a liveness probe at a port that nobody serves",
    restarting,
    container(
      `http-get http://:8081/ ${PATIENT}`,
      `http-get http://:8080/ ${PATIENT}`,
      "Liveness probe failed: connection refused",
    ),
    "liveness probe fails: the probe checks a port that the container does not serve",
  ],
  [
    "a readiness probe at a port that nobody serves",
    unready,
    container(
      `grpc <pod>:8080 ${PATIENT}`,
      `grpc <pod>:8090 ${PATIENT}`,
      "Readiness probe failed: timeout: failed to connect service",
    ),
    "readiness probe fails: the probe checks a port that the container does not serve",
  ],
  [
    "a probe that speaks HTTP to a server that does not",
    unready,
    container(
      `grpc <pod>:8080 ${PATIENT}`,
      `http-get http://:8080/ ${PATIENT}`,
      "Readiness probe failed: malformed HTTP response",
    ),
    "readiness probe fails: the container speaks another protocol than the probe",
  ],
  [
    "a probe whose sibling is answered in another protocol",
    restarting,
    container(`http-get http://:8080/ ${PATIENT}`, `grpc <pod>:8080 ${PATIENT}`, "Liveness probe failed: EOF"),
    "liveness probe fails: the container speaks another protocol than the probe",
  ],
  [
    "a liveness probe that allows no time to start",
    restarting,
    container(
      "http-get http://:8080/ delay=1s period=1s #failure=2",
      `http-get http://:8080/ ${PATIENT}`,
      "Liveness probe failed: connection refused",
    ),
    "liveness probe fails: the probe gives up before the program can start",
  ],
  [
    "a program that does not answer",
    unready,
    container(
      `http-get http://:8080/ ${PATIENT}`,
      `http-get http://:8080/ ${PATIENT}`,
      "Readiness probe failed: HTTP probe failed with statuscode: 503",
    ),
    "readiness probe fails: the program does not answer",
  ],
])("finds %s", (_what, listed, described, why) => {
  expect(summariesOf([listed, described])).toContain(`cluster.probe-failing web: its ${why}`);
});

it("ignores a probe that failed while a healthy pod was starting", () => {
  expect(
    summariesOf([
      pods(`${WEB}  1/1  Running  0  2m  node-a`),
      container(
        `http-get http://:8080/ ${PATIENT}`,
        `http-get http://:8080/ ${PATIENT}`,
        "Readiness probe failed: connection refused",
      ),
    ]),
  ).toEqual([]);
});

it("reports both the checked port and the served one", () => {
  const { findings } = findingsOf([
    restarting,
    container(
      `http-get http://:8081/ ${PATIENT}`,
      `http-get http://:8080/ ${PATIENT}`,
      "Liveness probe failed: connection refused",
    ),
  ]);
  expect(findings[0]?.evidence.facts).toMatchObject({ port: "8081", container_port: "8080", count: 9 });
});
