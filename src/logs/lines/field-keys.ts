/** What a field of a structured line is for. */
export const FIELD_ROLES = [
  "time",
  "nanos",
  "level",
  "message",
  "service",
  "logger",
  "pod",
  "trace",
  "span",
  "error",
  "cause",
  "stack",
  "status",
  "method",
  "path",
  "stream",
  "latency",
  "grpc",
  "rpcservice",
  "rpc",
] as const;
export type FieldRole = (typeof FIELD_ROLES)[number];

/**
 * The keys that loggers, collectors, clouds and databases use for each role, in order of preference. Keys are written
 * without case and separators: `logLevel`, `log_level`, `log.level` and `{"log": {"level"}}` are all `loglevel`.
 */
const KEYS: Readonly<Record<FieldRole, string>> = {
  time:
    "timeunixnano timestamp @timestamp time ts t t$date @t timestampseconds instantepochsecond timemillis asctime " +
    "datetime eventtime timegenerated edgestarttimestamp edgeendtimestamp date logtime logtimestamp " +
    "timeiso8601 timelocal msec starttime startutc startlocal " +
    "requestreceivedtimestamp stagetimestamp lasttimestamp deprecatedlasttimestamp sourcerealtimetimestamp " +
    "realtimetimestamp created createdat loggedat observedtimestamp observedtimeunixnano receivetimestamp " +
    "ingestiontime metadatacreationtimestamp syslogtimestamp",
  nanos: "timestampnanos instantnanoofsecond",
  level:
    "level severity severitytext lvl loglevel levelname levelvalue @l severitylevel severitynumber priority " +
    "syslogpriority levelno logseverity s",
  message:
    "msg message @m body textpayload renderedmessage stringvalue event log shortmessage line @mt messagetemplate " +
    "text note fullmessage formattedmessage messagestring content exceptionmessage resultdescription description " +
    "protopayloadmethodname eventname desc",
  service:
    "service servicename app resourceservicename resourceattributesservicename attributesservicename application " +
    "applicationname appname approlename appid resourcelabelsservicename componentname " +
    "processservicename labelsapp kuberneteslabelsapp " +
    "kuberneteslabelsappkubernetesioname",
  logger:
    "logger loggername target sourcecontext propertiessourcecontext channel category categoryname unit systemdunit " +
    "syslogidentifier component name module c resourcelabelscontainername kubernetescontainername " +
    "containername comp " +
    "subsystem resourcetype process",
  pod: "pod podname kubernetespodname kspodname resourcelabelspodname",
  trace: "traceid trace ddtraceid",
  span: "spanid span ddspanid",
  error:
    "err error errormessage errormsg errmessage errmsg exception exceptionmessage exceptionexceptionmessage thrown " +
    "throwable attrmessage attrerrorerrmsg attrerrormessage attrerrmsg attrerror attrstatus @x exc excinfo " +
    "protopayloadstatusmessage statusmessage responsestatusmessage errordescription error0message errors",
  cause:
    "cause reason rootcause attrreason causemessage errorreason errorcause errorcausemessage failure " +
    "responsestatusreason",
  stack:
    "stack stacktrace errorstacktrace errorstack exceptionstacktrace thrownextendedstacktrace " +
    "exceptionstack backtrace " +
    "traceback exctext errorbacktrace errorverbose",
  status:
    "status statuscode httpstatus httpstatuscode httpresponsestatuscode responsestatus " +
    "responsestatuscode responsecode " +
    "resstatuscode resstatus downstreamstatus edgeresponsestatus originresponsestatus originstatus " +
    "httprequeststatus scstatus",
  method:
    "method httpmethod httprequestmethod requestmethod reqmethod httprequestrequestmethod " +
    "clientrequestmethod csmethod verb",
  path:
    "path httppath url uri requesturi requestpath requrl requesturl urlpath urloriginal httptarget httproute route " +
    "httpurl httprequestrequesturl clientrequesturi clientrequestpath csuristem request xenvoyoriginalpath",
  stream: "stream",
  latency:
    "durationms responsetimems latencyms elapsedms tookms requesttimems elapsedmilliseconds durationmillis timems " +
    "responsetime requesttime duration durationseconds latency elapsed took timetaken requestduration " +
    "grpctimems grpctimens grpcduration grpcrequestduration requestdurationseconds httprequestlatency " +
    "responseduration durationns eventduration durationus durationmicros " +
    "processingtime elapsedtime totaltime upstreamresponsetime",
  grpc: "grpccode grpcstatuscode grpcstatus rpcgrpcstatuscode rpcresponsestatuscode grpcstatusname",
  rpcservice: "grpcservice rpcservice grpcservicename",
  rpc: "grpcmethod rpcmethod grpcmethodname fullmethod grpcfullmethod grpcpath",
};

/** Objects whose fields count as fields of the line itself. */
const TRANSPARENT =
  "fields jsonpayload payload body message msg log record entry properties attributes structuredpayload";

const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
export const ROOT = SEED;

/** Adds a key to the hash of the path that leads to it: letters in lower case, without `_`, `-`, `.` and spaces. */
export function keyHash(parent: number, bytes: Uint8Array, from: number, to: number): number {
  let hash = parent;
  for (let i = from; i < to; i += 1) {
    let byte = bytes[i] as number;
    if (byte === 95 || byte === 45 || byte === 46 || byte === 32) continue;
    if (byte >= 65 && byte <= 90) byte |= 32;
    hash = Math.imul(hash ^ byte, PRIME);
  }
  return hash;
}

/** The hash of a field by its whole name, such as `kubernetes.labels.app`. */
export const hashOf = (name: string): number => {
  const bytes = new TextEncoder().encode(name);
  return keyHash(ROOT, bytes, 0, bytes.length);
};
const listed = (names: string): string[] => names.split(" ");

/** The keys of a role, in order of preference. */
export const keysOf = (role: FieldRole): readonly string[] => KEY_LISTS[FIELD_ROLES.indexOf(role)] ?? [];
const KEY_LISTS = FIELD_ROLES.map((role) => listed(KEYS[role]));

/** FieldRole and preference of each known key: `role * 256 + rank`. */
const KNOWN = new Map(
  KEY_LISTS.flatMap((names, role) => names.map((name, rank): [number, number] => [hashOf(name), role * 256 + rank])),
);
const OPEN_OBJECTS = new Set(listed(TRANSPARENT).map(hashOf));
/** `err`, `exception`, `thrown`: objects whose `message` and `stack` are those of the error. */
export const ERROR_PATH = hashOf("error");
const ERROR_OBJECTS = new Set(["err", "error", "exception", "thrown", "throwable", "exc"].map(hashOf));

/** @returns `role * 256 + rank`, or -1 for a key without a role. */
export const roleOfKey = (hash: number): number => KNOWN.get(hash) ?? -1;

/** The path under which the fields of an object count: its own, that of an error, or the line itself. */
export const pathInside = (hash: number): number =>
  OPEN_OBJECTS.has(hash) ? ROOT : ERROR_OBJECTS.has(hash) ? ERROR_PATH : hash;
