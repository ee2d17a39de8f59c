import { Command } from "commander";
import { Readable, Writable } from "node:stream";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { causeway } from "./run-cli.ts";

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
const io = {
  stdout: silent,
  stderr: silent,
  stdin: () => Readable.from([]),
  env: {},
  signal: new AbortController().signal,
  now: Date.now,
};
const argumentsOf = (command: Command): string =>
  command.registeredArguments.map((one) => one.name() + (one.variadic ? "..." : "")).join(" ");

it.each(COMMANDS)("lists $name with the arguments that its module defines", async ({ name, args = "", load }) => {
  const [listed, defined] = [new Command(name).arguments(args), new Command(name)];
  (await load())(defined, io, () => {});
  expect(argumentsOf(listed)).toBe(argumentsOf(defined));
  expect(defined.description(), "the table has the description").toBe("");
});

it("helps with a command by name, by alias and through help", async () => {
  const { stdout } = await causeway(["analyze", "--help"]);
  expect(stdout).toContain("--resume <analysis-id>");
  expect((await causeway(["analyse", "--help"])).stdout).toBe(stdout);
  expect((await causeway(["help", "analyze"])).stdout).toBe(stdout);
});

it("suggests the command that was meant", async () => {
  const { code, stderr } = await causeway(["anlyze", "x"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("Did you mean analyze?") });
});
