import { IncidentError } from "../../domain/errors.ts";

const LONGEST_BODY = 4 * 1024 * 1024;

/**
 * A `fetch` for servers that ignore `stream`: their JSON becomes one event. Any other body, such as a login page, is an
 * error.
 *
 * @throws {IncidentError} BAD_RESPONSE for a body that is neither JSON nor a stream of events.
 */
export const eventStreamFetch =
  (send: typeof globalThis.fetch, at: string, setting: string): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await send(input, init);
    const type = response.headers.get("content-type") ?? "";
    const isStream = typeof init?.body === "string" && init.body.includes('"stream":true');
    if (!response.ok || !isStream || /event-stream/i.test(type)) return response;
    const body = await response.text();
    const bare = body.trimStart();
    if (/^(?:data|event|id|retry)?:/.test(bare)) return eventStream(body); // a stream without its content type
    try {
      return eventStream(`data: ${JSON.stringify(JSON.parse(body.slice(0, LONGEST_BODY)))}\n\ndata: [DONE]\n\n`);
    } catch {
      const what = bare.startsWith("<") ? "a page of HTML" : bare === "" ? "an empty body" : "a body that is not JSON";
      throw new IncidentError("BAD_RESPONSE", `${at} sent ${what}, not a chat completion`, {
        hint: `Check that ${setting} is the API itself, not a login page or a proxy.`,
      });
    }
  };

const eventStream = (body: string): Response =>
  new Response(body, { headers: { "content-type": "text/event-stream" } });
