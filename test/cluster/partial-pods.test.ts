import { expect, it } from "vitest";
import { pod, read, running, waiting } from "./api-objects.ts";
import { findingsOf, summariesOf } from "./tools.ts";

const MESSAGE =
  'Back-off pulling image "registry.example/cart:9": ErrImagePull: rpc error: code = NotFound desc = failed to pull ' +
  'and unpack image "registry.example/cart:9": registry.example/cart:9: not found';

it("finds an image that cannot be pulled in a pod without its specification, by what its status says", () => {
  const partial = {
    spec: { containers: undefined },
    status: { containerStatuses: [waiting("cart", "ImagePullBackOff", MESSAGE)] },
  };
  const { findings } = findingsOf(read([pod("cart-5d8f7c6b9-aaaaa", partial)]));
  expect(findings.map(({ kind, summary }) => `${kind} ${summary}`)).toEqual([
    "cluster.image-pull cart: an image cannot be pulled: the image does not exist",
    "cluster.not-ready cart: 0 of 1 containers ready, ImagePullBackOff",
  ]);
  expect(findings[0]?.evidence.facts).toMatchObject({ image: "registry.example/cart:9", reason: "ImagePullBackOff" });
});

it("finds nothing wrong with a healthy pod without its specification", () => {
  const partial = { spec: undefined, status: { containerStatuses: [running("cart"), running("sidecar")] } };
  expect(summariesOf(read([pod("cart-5d8f7c6b9-aaaaa", partial)]))).toEqual([]);
});
