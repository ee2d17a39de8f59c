import type { Command } from "commander";
import type { Done } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { defineModelServe } from "./model/serve.ts";

/** `model serve`: be the model yourself. */
export function defineModel(model: Command, io: Io, done: Done): void {
  defineModelServe(model.command("serve"), io, done);
}
