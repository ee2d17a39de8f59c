import { expect, it } from "vitest";
import { bytesOf, millicoresOf } from "../../../src/lab/market/quantity.ts";

it.each([
  ["2", 2000],
  ["250m", 250],
  ["0.5", 500],
  ["much", null],
])("reads %s as %s millicores", (text, millicores) => {
  expect(millicoresOf(text)).toBe(millicores);
});
it.each([
  ["64Mi", 64 * 2 ** 20],
  ["1Gi", 2 ** 30],
  ["500M", 5e8],
  [undefined, null],
])("reads %s as %s bytes", (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});
