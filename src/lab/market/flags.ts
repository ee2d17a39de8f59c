import { z } from "zod";
import { type BuildPodService, reply } from "./pod-service.ts";
import { SettingError } from "./environment.ts";

const Flags = z.record(z.string(), z.boolean());

/** Serves feature flags. They are its setting `FLAGS`, a JSON object. */
export const buildFlags: BuildPodService = ({ env, log }) => {
  const flags = readFlags(env.text("FLAGS"));
  const on = Object.entries(flags).flatMap(([name, isOn]) => (isOn ? [name] : []));
  log("INFO", "flags loaded", { flags: Object.keys(flags).length, on: on.join(",") || "none" });
  return { routes: [{ method: "GET", path: "/flags", handle: () => Promise.resolve(reply(200, { flags })) }] };
};

function readFlags(text: string): z.infer<typeof Flags> {
  try {
    return Flags.parse(JSON.parse(text));
  } catch {
    throw new SettingError("FLAGS is not a JSON object of true and false");
  }
}
