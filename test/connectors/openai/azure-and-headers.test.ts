import { describe, expect, it } from "vitest";
import { ANSWER, KEY, opened, requestOf } from "./open-chat-model.ts";
import { type Answer, completionOf, refusal } from "./scripted-answers.ts";
import { startFakeModel } from "./server.ts";

const answering = { answer: ANSWER };
const good = (): Answer => completionOf({ content: "x" });

describe("Azure", () => {
  it("gets its key, version and deployment where it wants them", async () => {
    await using model = await startFakeModel(good);
    const baseUrl = model.baseUrl.replace(/\/v1$/, "");
    const azure = { apiVersion: "2024-10-21", deployment: "our gpt" };
    await opened(model, { baseUrl, azure }).chat.complete(requestOf());
    const [request] = model.requests;
    expect(request?.url).toBe("/openai/deployments/our%20gpt/chat/completions?api-version=2024-10-21");
    expect(request?.headers["api-key"]).toBe(KEY);
    expect(request?.authorization).toBeUndefined();
  });
  it("refuses a prompt by its content filter, and that is no failure of the server", async () => {
    await using model = await startFakeModel(() =>
      refusal(
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "content_filter",
      ),
    );
    expect(await opened(model).chat.complete(requestOf(answering))).toMatchObject({
      text: "",
      finish: "filtered",
      use: null,
    });
    expect(model.requests).toHaveLength(1);
  });
});

it("sends the configured headers, and hides their values", async () => {
  await using model = await startFakeModel(({ messages }) =>
    messages.length === 1 ? refusal(403, "bad tenant tenant-secret-1") : good(),
  );
  const headers = { "x-tenant": "tenant-secret-1", Authorization: "Basic dXNlcjpwYXNz" };
  const { chat } = opened(model, { headers, apiKey: null });
  await chat.complete(requestOf());
  expect(model.requests[0]?.headers).toMatchObject({
    "x-tenant": "tenant-secret-1",
    authorization: "Basic dXNlcjpwYXNz",
  });
  const error: unknown = await chat
    .complete(requestOf({ messages: [{ role: "user", text: "x" }] }))
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/refused the key/);
  expect(String(error)).not.toContain("tenant-secret-1");
});
