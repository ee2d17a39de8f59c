import { describe, expect, it } from "vitest";
import { readCall } from "../../../src/bench/aiopslab/read-call.ts";

const fenced = (code: string): string => `\`\`\`\n${code}\n\`\`\``;
const args = (code: string): unknown => {
  const call = readCall(fenced(code));
  return "problem" in call ? call : call.args;
};

describe("the message", () => {
  it("may hold words before and after the one block", () => {
    expect(readCall(`I look first.\n${fenced('get_logs("shop", "geo")')}\nThen I wait.`)).toEqual({
      name: "get_logs",
      args: ["shop", "geo"],
      named: {},
    });
  });
  it.each([
    ["no block", 'submit("Yes")'],
    ["two ticks", '``submit("Yes")```'],
    ["a language behind the ticks", '```python\nsubmit("Yes")\n```'],
    ["ticks on the line of the call", '```submit("Yes")```'],
    ["two blocks", `${fenced('submit("Yes")')}\n${fenced('submit("No")')}`],
    ["no call", fenced("Yes")],
  ])("is refused with %s", (_, message) => {
    expect(readCall(message)).toEqual({ problem: expect.any(String) });
  });
  it("may hold an empty line and blanks around the call", () => {
    expect(readCall('```  \n\n  submit( "Yes" )  \n```')).toMatchObject({ name: "submit", args: ["Yes"] });
  });
});

describe("the arguments", () => {
  it.each<[string, unknown]>([
    ["submit()", []],
    ["submit(())", [[]]],
    ['submit("a", )', ["a"]],
    ["submit('it''s')", ["its"]],
    ['submit("a" "b")', ["ab"]],
    [String.raw`submit("a\"b\n\x41\u00e9\q")`, ['a"b\nAé\\q']],
    [String.raw`submit(r"\d+")`, ["\\d+"]],
    ['submit("""two\nlines""")', ["two\nlines"]],
    ["submit([])", [[]]],
    ['submit(["a", "b",])', [["a", "b"]]],
    ['submit(("a", "b"))', [["a", "b"]]],
    ['submit(("a"))', ["a"]],
    ["submit({})", [{}]],
    [
      `submit({"system_level": "Application", 'fault_type': None})`,
      [{ system_level: "Application", fault_type: null }],
    ],
    ["get_metrics('shop', 5)", ["shop", 5]],
    ["f(1_000, 0x1f, 2.5, .5, 1e3, True, False, None)", [1000, 31, 2.5, 0.5, 1000, true, false, null]],
    ["f([[1], {'a': [2]}])", [[[1], { a: [2] }]]],
  ])("of %s are read", (code, expected) => {
    expect(args(code)).toEqual(expected);
  });
  it.each([
    "submit(Yes)",
    "submit(-1)",
    "f(1 + 1)",
    'f({"a"})',
    "f(['a'",
    'f("a" 1)',
    "f([('a',)])",
    "f({[1]: 2})",
    'f("a)',
    "f(,)",
    "f(a=1, 2)",
    "f(*a)",
    'f(f"a")',
  ])("of %s are refused", (code) => {
    expect(args(code)).toEqual({ problem: expect.any(String) });
  });
  it("that have names are kept apart", () => {
    expect(readCall(fenced('get_logs("shop", service="geo")'))).toEqual({
      name: "get_logs",
      args: ["shop"],
      named: { service: "geo" },
    });
  });
  it("nested ten thousand deep are refused, and do not end the program", () => {
    expect(args(`f(${"[".repeat(10_000)})`)).toEqual({ problem: "it is nested too deeply" });
  });
});

describe("the command of exec_shell", () => {
  it.each([
    ['exec_shell("kubectl get pods")', "kubectl get pods"],
    ["exec_shell('kubectl get pods')", "kubectl get pods"],
    ['exec_shell(command="kubectl get pods")', "kubectl get pods"],
    [String.raw`exec_shell("echo \"a\"")`, 'echo \\"a\\'.replaceAll('\\"', '"')],
    ["exec_shell(\"echo (a) | grep 'b'\")", "echo (a) | grep 'b'"],
  ])("in %s is read as text", (code, command) => {
    expect(args(code)).toEqual([command]);
  });
  it("without quotes is refused", () => {
    expect(args("exec_shell(kubectl get pods)")).toEqual({ problem: expect.any(String) });
  });
});
