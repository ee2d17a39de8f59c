import { randomBytes } from "node:crypto";
import { z } from "zod";
import { every, waitAbout } from "../shop/service.ts";
import { FlagStates } from "./contracts.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const ChargeBody = z.object({ orderId: z.string(), user: z.string(), amountCents: z.number() });
/** The flag that switches to the new check of cards. */
export const CARD_CHECK_FLAG = "card-check-v2";
const FLAGS_EVERY_MS = 2_000;

/** Charges cards. A feature flag chooses the check. */
export const buildPayment: BuildPodService = ({ env, call, log, meters, tracer, defect }) => {
  const currency = env.word("CURRENCY", ["EUR", "USD", "GBP"]);
  const charged = meters.counter("payment_charges_total", "Charges made.");
  let flags: Readonly<Record<string, boolean>> = {};
  const readFlags = async (): Promise<void> => {
    const span = tracer("refresh flags", null);
    const read = await call({ peer: "flags", method: "GET", route: "/flags", answer: FlagStates, trace: span.context });
    span.end(read.ok ? "OK" : `ERROR: ${read.reason}`);
    if (!read.ok) return log("WARN", "flags not refreshed, keeping the last ones", { reason: read.reason });
    for (const [name, isOn] of Object.entries(read.body.flags))
      if (flags[name] !== undefined && flags[name] !== isOn) log("INFO", "flag changed", { flag: name, on: isOn });
    flags = read.body.flags;
  };
  return {
    start() {
      void readFlags();
      every(FLAGS_EVERY_MS, () => void readFlags());
    },
    routes: [
      {
        method: "POST",
        path: "/charges",
        async handle({ body, trace }) {
          const { orderId, amountCents } = ChargeBody.parse(body);
          await waitAbout(20);
          if (flags[CARD_CHECK_FLAG] === true || defect("throw_error")?.path === "/charges") {
            // the new check reads a field that cards of old customers do not have
            const card: { issuer?: { country: string } } = {};
            return reply(200, { country: (card.issuer as { country: string }).country });
          }
          charged.add();
          log("INFO", "card charged", { order: orderId, amountCents, currency }, trace);
          return reply(201, { chargeId: `ch-${randomBytes(4).toString("hex")}` });
        },
      },
    ],
  };
};
