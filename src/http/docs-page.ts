import { createHash } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { referenceOf, schemaText } from "./schema-text.ts";

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
type Operation = {
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, unknown>;
};

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { margin: 0; }
h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .4rem; margin: .5rem 0; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 3.5rem; font: 700 .8rem ui-monospace, monospace; }
summary code { font-weight: 600; }
summary span { opacity: .75; margin-left: .5rem; }
.scope { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; font-size: .8rem; float: right; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; vertical-align: top; border-top: 1px solid var(--line); padding: .3rem .5rem .3rem 0; }
`;

/** The page loads nothing and runs nothing: it is text and style. */
export const DOCS_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The schemas of a body, by content type. A component shows in full. */
function contentText(document: Document, content: unknown): string {
  if (!isRecord(content)) return "";
  return Object.entries(content)
    .map(([type, media]) => {
      const schema = isRecord(media) ? media.schema : undefined;
      const reference = referenceOf(schema);
      return reference === null
        ? `${type}: ${schemaText(schema)}`
        : `${type}: ${reference} ${schemaText(document.components?.schemas?.[reference])}`;
    })
    .join("\n");
}

const scopeOf = ({ security }: Operation): string =>
  security?.flatMap((needed) => Object.values(needed).flat())[0] ?? "no key";

/** A parameter's own description, else that of its schema. */
function descriptionOf({ description, schema }: Record<string, unknown>): string {
  const found = description ?? (isRecord(schema) ? schema.description : undefined);
  return typeof found === "string" ? found : "";
}

function operationHtml(document: Document, method: string, path: string, operation: Operation) {
  const parameters = (operation.parameters ?? []).filter(isRecord);
  const body = isRecord(operation.requestBody) ? operation.requestBody : null;
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => ({
    status,
    answer: isRecord(answer) ? answer : {},
  }));
  const [good] = answers;
  return html`<details>
    <summary>
      <span class="scope">${scopeOf(operation)}</span><b>${method.toUpperCase()}</b> <code>${path}</code
      ><span>${operation.summary ?? ""}</span>
    </summary>
    ${
      parameters.length === 0
        ? ""
        : html`<table>
            <tr>
              <th>Parameter</th>
              <th>In</th>
              <th></th>
            </tr>
            ${parameters.map(
              (parameter) =>
                html`<tr>
                  <td><code>${String(parameter.name)}</code></td>
                  <td>${String(parameter.in)}</td>
                  <td>${descriptionOf(parameter)}</td>
                </tr>`,
            )}
          </table>`
    }
    ${
      body === null
        ? ""
        : html`<p>Body${body.required === true ? "" : " (optional)"}</p>
            <pre>${contentText(document, body.content)}</pre>`
    }
    <table>
      <tr>
        <th>Response</th>
        <th></th>
      </tr>
      ${answers.map(
        ({ status, answer }) =>
          html`<tr>
            <td><code>${status}</code></td>
            <td>${String(answer.description ?? "")}</td>
          </tr>`,
      )}
    </table>
    ${good?.answer.content === undefined ? "" : html`<pre>${contentText(document, good.answer.content)}</pre>`}
  </details>`;
}

/** Renders the API documentation as HTML, from its OpenAPI description. */
export function docsPage(document: Document, origin: string) {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      method,
      path,
      operation,
      tag: operation.tags?.[0] ?? "other",
    })),
  );
  const sections = [...Map.groupBy(operations, ({ tag }) => tag)];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Causeway API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${document.info.title}</h1>
        <p>
          ${document.info.description ?? ""} Version ${document.info.version}. Also as
          <a href="/openapi.json">OpenAPI 3.1</a>.
        </p>
        <p>
          Send a key as <code>Authorization: Bearer &lt;key&gt;</code> or <code>X-API-Key</code>. Each endpoint names
          the scope that the key needs. Errors are <code>application/problem+json</code> (RFC 9457).
        </p>
        <pre>
curl -i -X POST ${origin}/v1/incidents/shop-001/analyses
curl -N ${origin}/v1/analyses/&lt;id&gt;/events
curl -H 'accept: text/markdown' ${origin}/v1/analyses/&lt;id&gt;/report</pre>
        ${sections.map(
          ([tag, listed]) =>
            html`<h2>${tag}</h2>
              ${listed.map(({ method, path, operation }) => operationHtml(document, method, path, operation))}`,
        )}
        <h2>Schemas</h2>
        ${Object.entries(document.components?.schemas ?? {}).map(
          ([name, schema]) =>
            html`<details id="${name}">
              <summary><code>${name}</code></summary>
              <pre>${schemaText(schema)}</pre>
            </details>`,
        )}
      </body>
    </html>`;
}
