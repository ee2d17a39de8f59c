import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { IncidentError } from "../../domain/errors.ts";

const { resolve } = createRequire(import.meta.url);

/** The font that pictures are drawn with: what a machine has installed is never read, so that a picture looks alike everywhere. */
const FONTS = ["dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"];
/** Pictures are sharp on screens of two pixels a point. */
const ZOOM = 2;

async function begin(): Promise<Uint8Array[]> {
  await initWasm(await readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  return Promise.all(FONTS.map((font) => readFile(resolve(font))));
}

/** The renderer can be begun once in a process; what it needs is read when a picture is first asked for. */
const fonts = (() => {
  let begun: Promise<Uint8Array[]> | null = null;
  return () => (begun ??= begin());
})();

/** Draws an SVG as a PNG. Nothing outside of it is loaded. @throws {IncidentError} BAD_INPUT where it is none */
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
      hint: "Please report this, with the incident.",
      cause,
    });
  }
}
