import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const example = join(root, "fixtures/examples/cases/checkout-slow");
const doc = readFileSync(join(root, "docs/your-data.md"), "utf8");
const read = (name: string): string => readFileSync(join(example, name), "utf8");

it("quotes the example as it lies in the repository", () => {
  const scenario = /### scenario\.json\n```json\n([\s\S]*?)```/.exec(doc)?.[1] ?? "";
  expect(JSON.parse(scenario)).toEqual(JSON.parse(read("scenario.json")));
  for (const [file, part] of [
    ["gateway.log", "INFO POST /checkout order=4541 status=504 took=3004ms"],
    ["payment.log", "ERROR could not get a database connection: pool exhausted active=10 idle=0 waiting=21"],
    ["metrics.csv", "1795412145000,payment,service,db_client_connections_pending_requests,38"],
    ["alerts.jsonl", read("alerts.jsonl").trim()],
    ["changes.jsonl", read("changes.jsonl").trim()],
  ] as const) {
    expect(read(file), `${file} no longer holds this line`).toContain(part);
    expect(doc, `docs/your-data.md no longer quotes ${file}`).toContain(part);
  }
});
