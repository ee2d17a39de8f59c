import { csv } from "../made-shop.ts";
import type { MadeTree } from "./made-tree.ts";

export const LINES = 40;
const line = (at: number): { content: string; id: string; template: string } =>
  at % 3 === 0
    ? { content: `pool "main", size ${at}, exhausted`, id: "E1", template: 'pool "main", size <*>, exhausted' }
    : { content: `request ${at} done in ${at * 7} ms`, id: "E2", template: "request <*> done in <*> ms" };
const lines = Array.from({ length: LINES }, (_, at) => line(at));

/** A set as LogHub-2k has them, with line ends as on Windows. */
export const loghubTree = (): MadeTree => ({
  "Shop/Shop_2k.log": lines.map(({ content }, at) => `2026-03-01 10:00:${at} INFO ${content}\r\n`).join(""),
  "Shop/Shop_2k.log_structured.csv": csv([
    ["LineId", "Time", "Level", "Content", "EventId", "EventTemplate"],
    ...lines.map(({ content, id, template }, at) => [
      at + 1,
      `10:00:${at}`,
      "INFO",
      content,
      id,
      template.replaceAll("<*>", "*"),
    ]),
  ]),
  "Shop/Shop_2k.log_structured_corrected.csv": csv([
    ["LineId", "Content", "EventId", "EventTemplate"],
    ...lines.map(({ content, id, template }, at) => [at + 1, content, id, template]),
  ]),
});
