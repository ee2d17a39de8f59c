import { attack, outcomeOf } from "./attack.ts";
import { CHANNELS } from "./attacked-case.ts";
import { canaryThrough } from "./canary.ts";
import { PAYLOADS } from "./payloads.ts";

// The injection suite: `npm run bench:injection`. Every payload in every place at once, against an obedient model
// behind real HTTP. Prints a line for each payload that got through, and a table. Exit status 1 if one did.
const clean = await attack(null);
const groups = new Map<string, { tried: number; leaked: number; changed: number; obeyed: number }>();
for (const { id, group, text } of PAYLOADS) {
  const { leaks, changed, obeyed } = outcomeOf(text, await attack(text), clean);
  const row = groups.get(group) ?? { tried: 0, leaked: 0, changed: 0, obeyed: 0 };
  row.tried += 1;
  row.leaked += leaks.length > 0 ? 1 : 0;
  row.changed += changed.length > 0 ? 1 : 0;
  row.obeyed += obeyed.length > 0 ? 1 : 0;
  groups.set(group, row);
  if (leaks.length + changed.length + obeyed.length > 0)
    process.stdout.write(`${id}: ${JSON.stringify({ leaks: leaks.slice(0, 5), changed, obeyed })}\n`);
}
const rows = [...groups].map(([group, { tried, leaked, changed, obeyed }]) =>
  [group, tried, leaked, changed, obeyed].join(" | "),
);
const total = (key: "tried" | "leaked" | "changed" | "obeyed"): number =>
  [...groups.values()].reduce((sum, row) => sum + row[key], 0);
process.stdout.write(
  [
    `\n${PAYLOADS.length} payloads, each in ${CHANNELS.length} places at once`,
    "| Payload | Tried | In a prompt | Changed the conclusion | Obeyed in the report |\n|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
    `| all | ${total("tried")} | ${total("leaked")} | ${total("changed")} | ${total("obeyed")} |\n`,
  ].join("\n"),
);
const canaries = [];
for (const channel of CHANNELS) canaries.push(await canaryThrough(channel));
const yesNo = (is: boolean): string => (is ? "yes" : "no");
process.stdout.write(
  [
    "\n| A canary through | In the report | In a prompt |\n|---|---|---|",
    ...canaries.map(({ channel, inReport, inPrompt }) => `| ${channel} | ${yesNo(inReport)} | ${yesNo(inPrompt)} |`),
    "",
  ].join("\n"),
);
const hasLeaked = canaries.some(({ inPrompt }) => inPrompt);
process.exitCode = hasLeaked || total("leaked") + total("changed") + total("obeyed") > 0 ? 1 : 0;
