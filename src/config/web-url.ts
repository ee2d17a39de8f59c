import { z } from "zod";

/** The address of a server that speaks HTTP. Others could not be reached, and `file:` names no server. */
export const WebUrl = z.url({ protocol: /^https?$/, error: "give an http or https address" });
