import { FAILURE_SIGNATURES } from "./catalogue.ts";
import type { FailureSignature } from "./failure-signature.ts";
import { messagesOf } from "./message.ts";
import { type PeerName, peerIn, peerName } from "./peer-name.ts";
import { type CompiledPhrase, compilePhrase, wordsIn } from "./phrase.ts";

/** A known failure message. `sentence`: the part of the record that holds it. `peer`: the other end that it names. */
export type FailureReading = {
  signature: FailureSignature;
  sentence: string;
  peer: PeerName | null;
  /** True if the writer passes on what a server answered, as drivers and clients do. */
  isRelayed: boolean;
};

type Candidate = CompiledPhrase & { signature: FailureSignature; rank: number };

/** Phrases by a word that they hold. `rank`: surest and longest first, so that the lowest rank is the best match. */
const BY_WORD: ReadonlyMap<string, Candidate[]> = Map.groupBy(
  FAILURE_SIGNATURES.flatMap((signature) => signature.phrases.map((phrase) => ({ signature, phrase })))
    .toSorted((a, b) => b.signature.weight - a.signature.weight || b.phrase.length - a.phrase.length)
    .map(({ signature, phrase }, rank) => ({ ...compilePhrase(phrase), signature, rank })),
  ({ word }) => word,
);

/** From this weight on, the innermost cause decides. */
const SURE = 2;

/** Exceptions of database drivers and clients: they quote what the server answered. */
const DRIVER = new RegExp(
  [
    "PSQLException|psycopg|asyncpg|pymysql|MySQLdb|mysql\\.connector|SQLSTATE|SQLException|sqlalchemy\\.exc|\\bpq:|pgx|pgconn",
    "PG::|Mysql2::|ActiveRecord::|Npgsql|MySqlException|SqlException|SequelizeDatabaseError|PrismaClient|sqlx::|QueryFailedError",
    "PDOException|DBI::|org\\.hibernate|JDBCException|UncategorizedSQLException|DataAccess\\w*Exception|ER_[A-Z_]{4,}",
    "MongoServerError|MongoCommandException|pymongo\\.errors|redis\\.exceptions|ReplyError|RedisCommandExecutionException",
    "JedisDataException|ElasticsearchStatusException|elasticsearch\\.exceptions|ResponseError|AmqpIOException",
    "upstream(?: said| answered| returned)?:|server (?:replied|responded|answered|returned)|from (?:the )?server:|rpc error: code",
  ].join("|"),
  "i",
);

/**
 * Reads what a record says of a failure. The innermost cause of a stack trace decides if it names the fault or its
 * place; otherwise the surest sentence of the record does.
 *
 * @param raw a raw line or record, with its stack trace if it has one.
 * @returns null if no known failure message is in it, outside of what clients choose.
 */
export function readFailure(raw: string): FailureReading | null {
  const messages = messagesOf(raw);
  const readings = messages.flatMap((sentence) => readSentence(sentence) ?? []);
  const best = readings.reduce<(typeof readings)[number] | null>(
    (known, reading) =>
      known === null || (known.signature.weight < SURE && reading.signature.weight > known.signature.weight)
        ? reading
        : known,
    null,
  );
  if (best === null) return null;
  const peer = best.peer ?? messages.reduce<PeerName | null>((known, message) => known ?? peerIn(message), null);
  return { ...best, peer, isRelayed: DRIVER.test(raw.slice(0, MAX_RELAY_CHARS)) };
}

const MAX_RELAY_CHARS = 4000;

function readSentence(sentence: string): Omit<FailureReading, "isRelayed"> | null {
  const candidates = [...new Set(wordsIn(sentence))].flatMap((word) => BY_WORD.get(word) ?? []);
  for (const { signature, pattern } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    const match = pattern.exec(sentence);
    if (match === null || isDenied(sentence, match.index, match.index + match[0].length)) continue;
    const captured = match.slice(1).find((part) => part !== undefined);
    const named = captured === undefined ? null : peerName(captured);
    return { signature, sentence, peer: named ?? peerIn(sentence) };
  }
  return null;
}

/** Words before a message that say that it did not happen here and now. */
const DENIED_BEFORE = new RegExp(
  String.raw`(?:\b(?:0|no|zero|without|never)|\b(?:retry|retries|retryable|retrying)[\s_-]?(?:on|for|if|when|codes?|errors?)\b.{0,60}|` +
    String.raw`\b(?:recovered from|resolved|cleared|no longer|fixed|handles?|handling|ignor(?:e|ed|es|ing)|in case of|` +
    String.raw`simulat\w+|for example|e\.g\.|avoids?|prevents?|protects? against|guards? against|checks? for|checking for|test(?:ing)? for)\b.{0,40})["'\s:=]*$`,
  "i",
);
/** A counter of zero. */
const DENIED_AFTER = /^["'\])]?\s?(?:errors?|events?|count|total)?["']?\s?[:=]\s?"?0(?:\.0+)?(?![\w.])/i;

const isDenied = (sentence: string, from: number, to: number): boolean =>
  DENIED_BEFORE.test(sentence.slice(Math.max(0, from - 100), from)) || DENIED_AFTER.test(sentence.slice(to, to + 40));
