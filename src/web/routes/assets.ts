import { STATIC_ROOT } from "../static-files.ts";
import type { Pages } from "../pages.ts";

/** Scripts and styles of the program, without a key: they hold no data. */
export function addAssetRoutes({ app, files }: Pages): void {
  app.get(`${STATIC_ROOT}:name`, (c) => {
    const file = files.find(c.req.param("name"));
    if (file === undefined) return c.notFound();
    const isGzip = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
    return c.body(new Uint8Array(isGzip ? file.gzipped : file.bytes), 200, {
      "content-type": `${file.type}; charset=utf-8`,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(isGzip ? { "content-encoding": "gzip" } : {}),
    });
  });
}
