import { programVersion } from "../../app/version.ts";
import { DOCS_POLICY, docsPage } from "../docs-page.ts";
import type { App } from "../surface.ts";

/** The description of the API, for programs and for people. Added last: it tells of all routes before it. */
export function addDocumentRoutes(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A key of `causeway keys create`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Causeway",
      version: programVersion(),
      description: "An incident id or an alert in, a cited diagnosis and an action to approve out.",
    },
    servers: [{ url: "/" }],
  });
  app.get("/openapi.json", (c) => c.json(document));
  app.get("/docs", (c) =>
    c.html(docsPage(document, new URL(c.req.url).origin), 200, { "content-security-policy": DOCS_POLICY }),
  );
  app.get("/", (c) => c.redirect("/docs"));
}
