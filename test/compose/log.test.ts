import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createLog } from "../../src/compose/log.ts";
import type { Config } from "../../src/config.ts";
import { IncidentError } from "../../src/domain/errors.ts";

function logged(logLevel: Config["logLevel"]): Record<string, unknown> {
  let text = "";
  const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => ((text += chunk.toString()), done()) });
  const err = new IncidentError("UNAVAILABLE", "the server is down", {
    hint: "Wait.",
    cause: new Error("ECONNREFUSED"),
  });
  createLog({ logLevel }, destination).warn(
    { node: "explain", code: err.code, err, apiKey: "sk-secret" },
    `step failed: ${err.message}`,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

it("logs a failure in one short line with message, code and place", () => {
  expect(logged("warn")).toEqual({
    level: 40,
    time: expect.any(String),
    node: "explain",
    code: "UNAVAILABLE",
    apiKey: "[secret]",
    msg: "step failed: the server is down",
  });
});

it("shows the stack, with its cause, to who looks for a defect", () => {
  expect(logged("debug")).toMatchObject({
    msg: "step failed: the server is down",
    err: {
      message: "the server is down",
      stack: expect.stringContaining("    at "),
      cause: { message: "ECONNREFUSED" },
    },
  });
});
