import type { Command } from "commander";
import type { ModelRequest } from "../../../domain/chat-model.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, layoutFor, print } from "../../io.ts";
import { withCauseway } from "../../with-causeway.ts";
import { collect } from "../analyze.ts";

type ShowFlags = { task?: string; json?: boolean; data?: string[] };

export function defineModelShow(show: Command, io: Io): void {
  show
    .argument("<analysis-id>")
    .description("show the exact prompt that a model would get at each step; nothing is sent")
    .option("--task <name>", "only this task, such as explain")
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--json", "print JSON")
    .action((analysisId: string, { task, json, data }: ShowFlags) =>
      withCauseway(io, { data }, async (causeway) => {
        const all = await causeway.modelRequests(analysisId, io.signal);
        const requests = all.filter((request) => task === undefined || request.task === task);
        if (requests.length === 0)
          throw new IncidentError("BAD_INPUT", `no step of ${analysisId} asks a model to ${task ?? "do anything"}`, {
            hint: `Its tasks are: ${all.map((request) => request.task).join(", ") || "none"}.`,
          });
        if (json === true) return print(io, JSON.stringify(requests, null, 2));
        for (const request of requests) print(io, await asText(request, layoutFor(io, false).width));
      }),
    );
}

async function asText(request: ModelRequest, width: number): Promise<string> {
  const [{ toCompletionRequest }, { tokenCounter }, { showRequest }, { default: wrapAnsi }] = await Promise.all([
    import("../../../modelserver/to-completion-request.ts"),
    import("../../../modelserver/count-tokens.ts"),
    import("../../../modelserver/show-request.ts"),
    import("wrap-ansi"),
  ]);
  const completion = toCompletionRequest(request);
  const { name, version, sha256 } = request.prompt;
  const title = `Task ${request.task} · prompt ${name} version ${version}, SHA-256 ${sha256.slice(0, 12)}`;
  const view = { title, tokens: tokenCounter().request(completion), request: completion };
  return showRequest(view, [], width, (text, columns) => wrapAnsi(text, columns, { trim: false, hard: true }));
}
