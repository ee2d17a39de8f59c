import { programVersion } from "../../app/version.ts";
import { DOCS_POLICY, docsPage } from "../docs-page.ts";
import type { App } from "../surface.ts";

/** The API description for programs and for people. Added last, because it covers all routes added before. */
export function addDocumentRoutes(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "A key from `causeway keys create`",
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
      description: "Send an incident id or an alert. Get a cited diagnosis and an action to approve.",
    },
    servers: [{ url: "/" }],
  });
  app.get("/openapi.json", (c) => c.json(document));
  app.get("/docs", (c) =>
    c.html(docsPage(document, new URL(c.req.url).origin), 200, { "content-security-policy": DOCS_POLICY }),
  );
  app.get("/", (c) => c.redirect("/docs"));
}
