import { ReportedChange } from "../../domain/reported-change.ts";
import { short } from "../webhooks/read-payload.ts";

/** The service that a sender's name stands for, such as a repository; by the configuration. */
export type ServiceOf = (...names: readonly (string | null | undefined)[]) => string;

/**
 * @param services sender's name → service. Names without an entry stand for themselves, without their owner. A name with
 *   a colon, such as `acme/shop:production`, is one part of a repository: without an entry, it is the whole.
 */
export const serviceNames =
  (services: Readonly<Record<string, string>>): ServiceOf =>
  (...names) => {
    const known = names.filter((name) => name != null && name !== "") as string[];
    const mapped = known.find((name) => Object.hasOwn(services, name));
    const own = known.find((name) => !name.includes(":")) ?? known[0];
    return (mapped === undefined ? undefined : services[mapped]) ?? own?.split("/").at(-1) ?? "unknown";
  };

type ChangeParts = Omit<ReportedChange, "entity" | "id" | "summary" | "url" | "author"> & {
  entity: string;
  id: string;
  summary: string | null;
  author?: string | null | undefined;
  url?: string | null | undefined;
};

/** Text on one line. Anybody who may open a pull request writes titles: no control or direction marks. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, " ").trim();

/** A change with plain texts of bounded length. An address that is no web page is left out. */
export function changeOf({ entity, id, summary, author, url, ...rest }: ChangeParts): ReportedChange {
  return {
    ...rest,
    entity: short(plain(entity), 200) || "unknown",
    id: short(plain(id), 200) || "unknown",
    summary: summary === null ? null : short(plain(summary), 2_000),
    ...(author == null || author === "" ? {} : { author: short(plain(author), 200) }),
    ...(url != null && ReportedChange.shape.url.safeParse(url).success ? { url } : {}),
  };
}
