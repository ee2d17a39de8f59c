import { type Command, InvalidArgumentError } from "commander";
import { type Io, print, tell, layoutFor } from "../io.ts";

const MAX_PAGES = 50;

type Flags = { folder: string[]; label: Record<string, string>; limit: number; json?: boolean };

/** `causeway runbooks find`: the search that an analysis uses, over a team's own pages. */
export function addRunbooksFind(runbooks: Command, io: Io): void {
  runbooks
    .command("find")
    .description("find the page for an alert among your own pages (CAUSEWAY_RUNBOOK_PAGES)")
    .argument("<words...>", "the name of an alert, or words")
    .option("--folder <dir>", "a folder of pages instead of the configured ones; may be repeated", appended, [])
    .option("--label <name=value>", "a label of the alert, such as service=checkout; may be repeated", labelled, {})
    .option("--limit <n>", "how many pages to list", howMany, 5)
    .option("--json", "print JSON")
    .action(async (words: string[], { folder, label, limit, json }: Flags) => {
      const [{ loadConfig }, { findPagesFor }, { renderFoundPages }, { textLayout }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/find-pages.ts"),
        import("../../render/found-pages.ts"),
        import("../../render/layout.ts"),
      ]);
      const config = loadConfig({}, io.env);
      const search = { words: words.join(" "), labels: label, folders: folder, limit, signal: io.signal };
      const { pages, hits, problems } = await findPagesFor(config, search);
      for (const { source, what } of problems.slice(0, 5)) tell(io, `not read: ${source}: ${what}`);
      if (problems.length > 5) tell(io, `not read: ${problems.length - 5} more; causeway doctor counts them`);
      print(
        io,
        json === true
          ? JSON.stringify({ pages, hits }, null, 2)
          : renderFoundPages(pages, hits, textLayout(layoutFor(io, config.color))),
      );
    });
}

const appended = (one: string, before: readonly string[]): string[] => [...before, one];

function labelled(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Give a name and a value: service=checkout.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function howMany(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_PAGES)
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_PAGES}.`);
  return count;
}
