import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

it("names the same version everywhere", () => {
  const { version } = JSON.parse(text("package.json")) as { version: string };
  const lock = JSON.parse(text("package-lock.json")) as { version: string };
  const chart = parse(text("deploy/helm/causeway/Chart.yaml")) as { version: string; appVersion: string };
  const [, image] = /^ARG VERSION=(.+)$/m.exec(text("deploy/Dockerfile")) ?? [];
  expect([lock.version, chart.version, chart.appVersion, image]).toEqual([version, version, version, version]);
});

it("has a systemd unit that systemd accepts", ({ skip }) => {
  const analyze = "/usr/bin/systemd-analyze";
  skip(!existsSync(analyze), "this machine has no systemd-analyze");
  const unit = join(root, "deploy/systemd/causeway.service");
  execFileSync(analyze, ["verify", unit], { stdio: "pipe" });
  const report = execFileSync(analyze, ["security", "--offline=true", unit], { encoding: "utf8" });
  const [, exposure] = /exposure level for causeway\.service: ([\d.]+)/.exec(report) ?? [];
  expect(Number(exposure)).toBeLessThan(2);
});
