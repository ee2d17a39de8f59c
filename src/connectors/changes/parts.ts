import { ReportedChange } from "../../domain/reported-change.ts";
import { short } from "../webhooks/read-payload.ts";

/** The service that a sender's name stands for, such as a repository; by the configuration. */
export type ServiceOf = (...names: readonly (string | null | undefined)[]) => string;

/** @param services sender's name → service. Names without an entry stand for themselves, without their owner. */
export const serviceNames =
  (services: Readonly<Record<string, string>>): ServiceOf =>
  (...names) => {
    const known = names.filter((name) => name != null && name !== "") as string[];
    const mapped = known.find((name) => Object.hasOwn(services, name));
    return (mapped === undefined ? undefined : services[mapped]) ?? known[0]?.split("/").at(-1) ?? "unknown";
  };

type ChangeParts = Omit<ReportedChange, "entity" | "id" | "summary" | "url" | "author"> & {
  entity: string;
  id: string;
  summary: string | null;
  author?: string | null | undefined;
  url?: string | null | undefined;
};

/** A change with texts of bounded length. An address that is no web page is left out. */
export function changeOf({ entity, id, summary, author, url, ...rest }: ChangeParts): ReportedChange {
  return {
    ...rest,
    entity: short(entity, 200),
    id: short(id, 200),
    summary: summary === null ? null : short(summary, 2_000),
    ...(author == null || author === "" ? {} : { author: short(author, 200) }),
    ...(url != null && ReportedChange.shape.url.safeParse(url).success ? { url } : {}),
  };
}
