import { z } from "zod";

/**
 * Who approves, as the surface knows them. `id`: the user of the machine, the id of an API key, the Slack id, `oidc:` and
 * the subject at the identity provider: nothing that a person can type. `name`: for people.
 */
export const Approver = z.object({
  surface: z.enum(["cli", "http", "slack", "web"]),
  id: z.string(),
  name: z.string(),
});
export type Approver = z.infer<typeof Approver>;
