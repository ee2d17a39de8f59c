import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { IncidentError } from "../../domain/errors.ts";

const { resolve } = createRequire(import.meta.url);

/** The bundled font. Installed fonts are never used, so that a picture looks the same everywhere. */
const FONTS = ["dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"];
/** Two pixels a point, for sharp pictures on dense screens. */
const ZOOM = 2;

async function begin(): Promise<Uint8Array[]> {
  await initWasm(await readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  return Promise.all(FONTS.map((font) => readFile(resolve(font))));
}

/** The renderer can start once in a process; its files are read with the first picture. */
const fonts = (() => {
  let begun: Promise<Uint8Array[]> | null = null;
  return () => (begun ??= begin());
})();

/** Draws an SVG as a PNG without loading anything else. @throws {IncidentError} BAD_INPUT for an invalid SVG */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const fontBuffers = await fonts();
  try {
    const drawn = new Resvg(svg, {
      fitTo: { mode: "zoom", value: ZOOM },
      font: { fontBuffers, defaultFontFamily: "DejaVu Sans" },
    }).render();
    return drawn.asPng();
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the picture could not be drawn", {
      hint: "Please report this with the incident's report.",
      cause,
    });
  }
}
