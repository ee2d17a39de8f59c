import { createHash } from "node:crypto";
import { z } from "zod";
import { answer, type BuildService, waitAbout } from "./service.ts";

const ChargeBody = z.object({ orderId: z.string(), user: z.string(), amountCents: z.number().positive() });

/** Hex digits that identify a secret without revealing it, or that give an order its random number. */
const fingerprint = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** Charges cards for callers with an accepted token. */
export const buildPayment: BuildService = ({ config, log }) => {
  const accepts = (authorization: string | undefined): boolean => {
    const tokens = config().acceptedTokens;
    return Array.isArray(tokens) && tokens.some((token) => authorization === `Bearer ${token}`);
  };
  return [
    {
      method: "POST",
      path: "/charges",
      async handle({ body, headers: { authorization }, trace }) {
        if (!accepts(authorization)) {
          log(
            "WARN",
            "request rejected: token unknown or revoked",
            { route: "/charges", tokenFingerprint: fingerprint(authorization ?? "") },
            trace,
          );
          return answer(401, { error: "invalid token" });
        }
        const { orderId, user, amountCents } = ChargeBody.parse(body);
        log("INFO", "card authorisation requested", { order: orderId, amountCents }, trace);
        await waitAbout(35);
        // some cards are always declined: about one order in forty
        if (Number.parseInt(fingerprint(orderId), 16) % 40 === 0) {
          log("WARN", "card declined", { order: orderId, user, code: "insufficient_funds" }, trace);
          return answer(402, { error: "card declined" });
        }
        const chargeId = `ch-${fingerprint(`${orderId}${amountCents}`)}`;
        log("INFO", "card charged", { order: orderId, charge: chargeId, amountCents }, trace);
        return answer(201, { chargeId });
      },
    },
    {
      method: "DELETE",
      path: "/charges/{chargeId}",
      async handle({ params: { chargeId = "" }, headers: { authorization }, trace }) {
        if (!accepts(authorization)) {
          log(
            "WARN",
            "request rejected: token unknown or revoked",
            { route: "/charges/{chargeId}", tokenFingerprint: fingerprint(authorization ?? "") },
            trace,
          );
          return answer(401, { error: "invalid token" });
        }
        await waitAbout(25);
        log("INFO", "charge refunded", { charge: chargeId }, trace);
        return answer(200, { chargeId });
      },
    },
  ];
};
