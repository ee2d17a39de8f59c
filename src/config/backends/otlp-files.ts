import { z } from "zod";
import type { OtlpFilesConfig } from "../../connectors/files/otlp-globs.ts";

/** Files that a collector's file exporter writes on this machine. */
export const OtlpFilesFile = z.strictObject({
  kind: z.literal("otlp-files"),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, dashes and underscores")
    .optional(),
  paths: z.array(z.string().min(1)).min(1),
});

export const readOtlpFiles = ({ name, paths }: z.infer<typeof OtlpFilesFile>): OtlpFilesConfig => ({
  kind: "otlp-files",
  name: name ?? "otlp-files",
  paths,
});
