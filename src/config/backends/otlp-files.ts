import { z } from "zod";
import { SourceName } from "./settings.ts";
import type { OtlpFilesConfig } from "../../connectors/files/otlp-globs.ts";
import { PagesFile, readPages } from "./links.ts";

/** Files that a collector's file exporter writes on this machine. */
export const OtlpFilesFile = z.strictObject({
  kind: z.literal("otlp-files"),
  name: SourceName.optional(),
  paths: z.array(z.string().min(1)).min(1),
  links: PagesFile.optional(),
});

export const readOtlpFiles = ({ name, paths, links }: z.infer<typeof OtlpFilesFile>): OtlpFilesConfig => ({
  kind: "otlp-files",
  name: name ?? "otlp-files",
  paths,
  pages: readPages(links),
});
