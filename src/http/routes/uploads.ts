import { createRoute, z } from "@hono/zod-openapi";
import { type LogUpload, MAX_UPLOAD_BYTES } from "../../service/take-upload.ts";
import { uploadedBytes } from "../body.ts";
import { IncidentPath, json } from "../parameters.ts";
import { refusal, refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { TakenUploadView, takenUploadView } from "../views/uploads.ts";

const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, "a name has letters, digits, and . _ - only");
const Bytes = z.string().openapi({ format: "binary" });
const LINES = [
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "application/jsonlines",
  "application/json-lines",
];
const GZIP = ["application/gzip", "application/x-gzip"];
const RAW = ["text/plain", "application/octet-stream"];

/** Detects framing and compression: from the content type if it is specific, else from the file name. */
function formatOf(type: string, encoding: string, name: string): Pick<LogUpload, "framing" | "encoding"> | null {
  const essence = (type.split(";")[0] ?? "").trim().toLowerCase();
  if (![...LINES, ...GZIP, ...RAW].includes(essence) || !["", "identity", "gzip"].includes(encoding)) return null;
  const isGzip = GZIP.includes(essence) || encoding === "gzip" || name.endsWith(".gz");
  const isLines = LINES.includes(essence) || (essence !== "text/plain" && /\.(?:ndjson|jsonl)(?:\.gz)?$/.test(name));
  return { framing: isLines ? "jsonl" : "raw", encoding: isGzip ? "gzip" : "identity" };
}

/** Uploads of log files, as telemetry of an incident. */
export function addUploadRoutes({ app, service, gate, bodyTimeoutMs }: Surface): void {
  const route = createRoute({
    method: "post",
    path: "/v1/incidents/{incidentId}/logs",
    tags: ["incidents"],
    summary: "Upload logs of an incident: text or NDJSON, optionally gzipped",
    ...gate.needs("analyse"),
    request: {
      params: IncidentPath,
      query: z.object({ name: FileName.default("upload.log") }),
      body: {
        required: true,
        content: {
          "text/plain": { schema: Bytes },
          "application/x-ndjson": { schema: Bytes },
          "application/gzip": { schema: Bytes },
          "application/octet-stream": { schema: Bytes },
        },
      },
    },
    responses: {
      201: json(TakenUploadView, "Stored: the next analysis reads it"),
      ...refusals(401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(route, async (c) => {
    const { name } = c.req.valid("query");
    const format = formatOf(
      c.req.header("content-type") ?? "",
      (c.req.header("content-encoding") ?? "").toLowerCase(),
      name,
    );
    if (format === null)
      throw refusal(415, "This content type is not a supported log format.", {
        hint: "Send text/plain, application/x-ndjson or application/gzip. Use content-encoding gzip or none.",
      });
    const upload = await service.uploadLogs(c.req.valid("param").incidentId, {
      name,
      ...format,
      content: uploadedBytes(c, { maxBytes: MAX_UPLOAD_BYTES, timeoutMs: bodyTimeoutMs }),
    });
    return c.json(takenUploadView(upload), 201);
  });
}
