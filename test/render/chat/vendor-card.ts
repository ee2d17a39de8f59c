import { createRequire } from "node:module";

type Events = { eventCount: number; getEventAt(index: number): { message: string } };
type Parser = {
  Versions: Record<string, unknown>;
  SerializationContext: new (version: unknown) => Events;
  AdaptiveCard: new () => { parse(json: unknown, context: Events): void; toJSON(): unknown };
};

/** The bundle for browsers, which looks for `window` only when it draws. Node cannot load the package's own modules. */
const { AdaptiveCard, SerializationContext, Versions } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as Parser;

/**
 * Reads a card as Microsoft's own parser does.
 *
 * @returns its complaints, and the card as the parser understood it: it drops what it does not know.
 */
export function asMicrosoftReads(card: unknown): { complaints: string[]; understood: unknown } {
  const context = new SerializationContext(Versions.v1_4);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const complaints = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
  return { complaints, understood: parsed.toJSON() };
}
