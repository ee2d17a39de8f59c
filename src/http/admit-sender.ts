import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { WebhookDoor } from "../domain/webhook-door.ts";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./problem.ts";
import type { Surface } from "./surface.ts";

/** Checks who sent a request. @returns true if it was the sender's secret, false if it was a key. */
export type AdmitSender = (
  c: Context<AppEnv>,
  sender: Pick<WebhookDoor, "source" | "authenticate">,
  rawBody: Uint8Array,
) => Promise<boolean>;

/**
 * Accepts the sender's secret, or a key with the scope `analyse`. @param needsProof also of programs on this machine
 */
export const admitSender =
  ({ gate, log, now }: Surface, needsProof: boolean): AdmitSender =>
  async (c, { source, authenticate }, rawBody) => {
    const proof = (await authenticate?.({ header: (name) => c.req.header(name), rawBody }, now())) ?? null;
    if (proof?.isGenuine === true) return true;
    if (proof !== null)
      log.warn({ source, why: proof.why, traceId: c.var.trace.traceId }, "webhook authentication failed");
    const unproven = (): HTTPException =>
      refusal(
        401,
        proof === null
          ? "This webhook needs authentication."
          : `The authentication of this webhook failed: ${proof.why}.`,
        {
          hint: `Set the secret of ${source} in config.yaml and at the sender, or send a key.`,
          headers: { "www-authenticate": 'Bearer realm="causeway"' },
        },
      );
    const { scopes, isLocal } = await gate.identify(c).catch((error: unknown) => {
      // The bearer token was meant for the webhook, so an error about keys would mislead.
      throw proof !== null && error instanceof HTTPException && error.status === 401 ? unproven() : error;
    });
    if (isLocal && (needsProof || proof !== null)) throw unproven();
    if (!scopes.includes("analyse"))
      throw refusal(403, "This request needs the scope analyse.", { hint: "Send a key that has this scope." });
    return false;
  };
