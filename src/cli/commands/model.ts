import type { Command } from "commander";
import type { Done } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { defineModelShow } from "./model/show.ts";
import { defineModelServe } from "./model/serve.ts";

/** `model serve`: be the model yourself. `model show`: see what a model would get. */
export function defineModel(model: Command, io: Io, done: Done): void {
  defineModelServe(model.command("serve"), io, done);
  defineModelShow(model.command("show"), io);
}
