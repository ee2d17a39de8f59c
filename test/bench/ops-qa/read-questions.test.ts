import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readQuestions } from "../../../src/bench/ops-qa/read-questions.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

async function reading(content: unknown, name = "questions.json") {
  const path = join(await tempDir(), name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return readQuestions(path);
}
const failing = async (content: unknown): Promise<string> => {
  const error = await reading(content).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error && "hint" in error ? `${error.message}\n${String(error.hint)}` : String(error);
};

const WITH_CHOICES = {
  id: "net-1",
  question: "Which cable carries light?",
  choices: ["copper pair", "glass fibre", "coaxial"],
  answer: "B",
  topic: ["Cables", "Light"],
  task: "General Knowledge",
};
const IN_TEXT = {
  id: 7,
  question: "Which two free memory?\n(Choose two.)\nA.  restart\nB. wait\nfor the cache\nC．evict",
  answer: "A,C",
};
const CHAT = {
  input: [
    { role: "system", content: "Choose the patch. Respond with one letter." },
    {
      role: "user",
      content:
        "Task Description:\nThe pool is too small.\n\n---\n\nChoice A:\npool.yaml\n+ size: 5\n---\n\n\n---\n\n" +
        "Choice B:\npool.yaml\n+ size: 50\n---\n\n\n---\n\n",
    },
  ],
  ideal: "B",
};

it("reads OpsEval entries with choices, and their categories", async () => {
  const { layout, questions } = await reading([WITH_CHOICES]);
  expect(layout).toBe("OpsEval");
  expect(questions).toMatchObject([
    {
      id: "net-1",
      file: "questions.json",
      stem: "Which cable carries light?",
      options: ["copper pair", "glass fibre", "coaxial"],
      right: [1],
      categories: [
        ["topic", "Cables"],
        ["topic", "Light"],
        ["task", "General Knowledge"],
      ],
    },
  ]);
});
it("reads OpsEval entries with the options in the text of the question", async () => {
  const { questions } = await reading([IN_TEXT]);
  expect(questions).toMatchObject([
    {
      id: "7",
      stem: "Which two free memory?\n(Choose two.)",
      options: ["restart", "wait\nfor the cache", "evict"],
      right: [0, 2],
    },
  ]);
});
it("takes off letters that the choices bring", async () => {
  const { questions } = await reading([{ ...WITH_CHOICES, choices: ["A. one", "B: two", "C) three"] }]);
  expect(questions[0]?.options).toEqual(["one", "two", "three"]);
});
it("reads the chats of SRE-skills-bench, as an array or one a line", async () => {
  const expected = [
    {
      stem: "Choose the patch. Respond with one letter.\n\nTask Description:\nThe pool is too small.",
      options: ["pool.yaml\n+ size: 5", "pool.yaml\n+ size: 50"],
      right: [1],
    },
  ];
  expect(await reading([CHAT])).toMatchObject({ layout: "SRE-skills-bench", questions: expected });
  expect(await reading(`${JSON.stringify(CHAT)}\n\n`, "q.jsonl")).toMatchObject({ questions: expected });
});

it("leaves out what has no single right answer, and says how many and why", async () => {
  const { questions, leftOut } = await reading([
    WITH_CHOICES,
    { ...WITH_CHOICES, id: "again" },
    { id: "open", question: "What is a log?", answer: "A record of events." },
    { ...WITH_CHOICES, question: "q2", answer: "D" },
    { ...WITH_CHOICES, question: "q3", choices: ["same", "same ", "other"] },
    { ...WITH_CHOICES, question: "q4", choices: ["one", "", "three"] },
    { id: "x", question: "A. one\nC. three", answer: "A" },
    { id: "y", question: "A. restart\nB. wait\nA. again\nB. later", answer: "A" },
  ]);
  expect(questions.map(({ id }) => id)).toEqual(["net-1"]);
  expect(leftOut).toEqual([
    { reason: "the same question was there before", entries: 1 },
    { reason: "the answer is no letter: an open question", entries: 1 },
    { reason: "the answer names an option that is not there", entries: 1 },
    { reason: "two options are the same", entries: 1 },
    { reason: "the question or an option is empty", entries: 1 },
    { reason: "the options are not clear: no lines A, B, C … in order", entries: 2 },
  ]);
});
it("leaves out a chat whose text imitates a choice", async () => {
  const imitating = structuredClone(CHAT);
  for (const message of imitating.input) message.content = message.content.replace("The pool", "Choice A:\nThe pool");
  const { leftOut } = await reading([CHAT, imitating, { input: CHAT.input.slice(0, 1), ideal: "Write a title." }]);
  expect(leftOut.map(({ reason }) => reason)).toEqual([
    "the lines Choice A:, Choice B: … are not clear",
    "no choices: a task that wants a text",
  ]);
});

it.each<[string, unknown, RegExp]>([
  ["no entry", [], /holds no question/],
  ["an empty file", "", /holds no question/],
  [
    "only open questions",
    [{ question: "Why?", answer: "Because." }],
    /no multiple-choice question \(1: .*open question\)/,
  ],
  ["another layout", [{ prompt: "q", options: [] }], /entry 1: of no known layout; its fields are prompt, options/],
  [
    "an object around the entries",
    { questions: [WITH_CHOICES] },
    /line 1: of no known layout; its fields are questions/,
  ],
  ["an entry that is no object", [WITH_CHOICES, 5], /entry 2: not in the layout of OpsEval.*it is no object/],
  ["two layouts in one file", [WITH_CHOICES, CHAT], /entry 2: not in the layout of OpsEval.*input, ideal/],
  ["what is no JSON", "[{", /questions\.json: not JSON/],
  ["a broken line", `${JSON.stringify(CHAT)}\n{`, /line 2: not JSON/],
])("refuses %s and says what was expected", async (_, content, message) => {
  const text = await failing(content);
  expect(text).toMatch(message);
  expect(text).toContain('"choices"');
  expect(text).toContain('"ideal"');
});
it("refuses a file that is not there", async () => {
  await expect(readQuestions("/nowhere/q.json")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
it("reads a question with a hundred thousand blank lines at once", async () => {
  const blank = `${"\n ".repeat(100_000)}---`;
  const chat = {
    input: [{ role: "user", content: `Task${blank}\nChoice A:\none${blank}\nChoice B:\ntwo${blank}` }],
    ideal: "A",
  };
  expect((await reading([chat])).questions[0]?.options).toEqual(["one", "two"]);
});
