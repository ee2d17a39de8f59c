import { z } from "@hono/zod-openapi";
import { unreadableLines } from "../../domain/log-readability.ts";
import type { Upload } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import type { TakenUpload } from "../../service/take-upload.ts";
import { Time } from "./times.ts";

export const UploadView = z
  .object({
    id: z.string(),
    name: z.string(),
    framing: z.enum(["raw", "jsonl"]),
    bytes: z.number().openapi({ description: "After decompression." }),
    sha256: z.string(),
    uploaded_at: Time,
  })
  .openapi("Upload");
export const uploadView = ({ uploadedAtMs, ...upload }: Upload): z.infer<typeof UploadView> => ({
  ...upload,
  uploaded_at: isoTime(uploadedAtMs),
});

export const TakenUploadView = UploadView.extend({
  lines: z.number().openapi({ description: "Lines with content." }),
  readable_lines: z.number().openapi({ description: "Lines with a time, of their own or of their event." }),
  warning: z
    .string()
    .nullable()
    .openapi({ description: "What could not be read, and what to do. Null: all was read." }),
}).openapi("TakenUpload");
export const takenUploadView = ({ readability, ...upload }: TakenUpload): z.infer<typeof TakenUploadView> => ({
  ...uploadView(upload),
  lines: readability.lines,
  readable_lines: readability.readable,
  warning: unreadableLines(readability),
});
