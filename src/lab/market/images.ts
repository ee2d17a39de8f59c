import { z } from "zod";
import { Defect } from "../process/messages.ts";

/** What an image holds: a program of the market, and the program errors of that version. */
export const ImageContent = z.object({ program: z.string(), version: z.string(), defects: z.array(Defect) });
export type ImageContent = z.infer<typeof ImageContent>;

export const STABLE = "1.4.0";
const PROGRAM_NAMES =
  "gateway catalog pricing cart checkout payment stock fulfilment shipping flags store cache queue".split(" ");
/** Later releases, each with an error that its authors did not notice. */
const FAULTY_RELEASES: readonly ImageContent[] = [
  { program: "pricing", version: "1.5.0", defects: [{ kind: "throw_error", path: "/quotes" }] },
  { program: "pricing", version: "1.5.1", defects: [{ kind: "burn_cpu", msPerRequest: 400 }] },
  { program: "cart", version: "1.5.0", defects: [{ kind: "leak_memory", kilobytesPerRequest: 900 }] },
  { program: "stock", version: "1.5.0", defects: [{ kind: "leak_connections", oneIn: 2 }] },
];
/** The registry of the lab, by the image's full name. */
export const REGISTRY: ReadonlyMap<string, ImageContent> = new Map(
  [...PROGRAM_NAMES.map((program) => ({ program, version: STABLE, defects: [] })), ...FAULTY_RELEASES].map(
    (content) => [imageName(content.program, content.version), content],
  ),
);

export function imageName(program: string, version = STABLE): string {
  return `registry.example.com/market/${program}:${version}`;
}
/** The program in every image of the market. */
export const SERVER_COMMAND = "/app/server";
