import protobuf from "protobufjs";

type Fields = Readonly<Record<string, readonly [type: string, id: number]>>;

/** A type such as `KeyValue*` is a repeated field. */
const message = (fields: Fields): protobuf.IType => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [type, id]]) => [
      name,
      type.endsWith("*") ? { rule: "repeated", type: type.slice(0, -1), id } : { type, id },
    ]),
  ),
});

/** A message in which at most one of the fields is set. */
const choice = (name: string, fields: Fields, others: Fields = {}): protobuf.IType => {
  const { fields: all } = message({ ...others, ...fields });
  return { oneofs: { [name]: { oneof: Object.keys(fields) } }, fields: all };
};

const RESOURCE_PARTS = {
  Resource: message({ attributes: ["KeyValue*", 1] }),
  KeyValue: message({ key: ["string", 1], value: ["AnyValue", 2] }),
  AnyValue: choice("value", {
    stringValue: ["string", 1],
    boolValue: ["bool", 2],
    intValue: ["int64", 3],
    doubleValue: ["double", 4],
    arrayValue: ["ArrayValue", 5],
    kvlistValue: ["KeyValueList", 6],
    bytesValue: ["bytes", 7],
  }),
  ArrayValue: message({ values: ["AnyValue*", 1] }),
  KeyValueList: message({ values: ["KeyValue*", 1] }),
};

const LOG_PARTS = {
  LogsData: message({ resourceLogs: ["ResourceLogs*", 1] }),
  ResourceLogs: message({ resource: ["Resource", 1], scopeLogs: ["ScopeLogs*", 2] }),
  ScopeLogs: message({ logRecords: ["LogRecord*", 2] }),
  LogRecord: message({
    timeUnixNano: ["fixed64", 1],
    severityNumber: ["int32", 2],
    severityText: ["string", 3],
    body: ["AnyValue", 5],
    attributes: ["KeyValue*", 6],
    traceId: ["bytes", 9],
    spanId: ["bytes", 10],
    observedTimeUnixNano: ["fixed64", 11],
    eventName: ["string", 12],
  }),
};

const TRACE_PARTS = {
  TracesData: message({ resourceSpans: ["ResourceSpans*", 1] }),
  ResourceSpans: message({ resource: ["Resource", 1], scopeSpans: ["ScopeSpans*", 2] }),
  ScopeSpans: message({ spans: ["Span*", 2] }),
  Span: message({
    traceId: ["bytes", 1],
    spanId: ["bytes", 2],
    parentSpanId: ["bytes", 4],
    name: ["string", 5],
    kind: ["int32", 6],
    startTimeUnixNano: ["fixed64", 7],
    endTimeUnixNano: ["fixed64", 8],
    attributes: ["KeyValue*", 9],
    events: ["Event*", 11],
    status: ["Status", 15],
  }),
  Event: message({ name: ["string", 2], attributes: ["KeyValue*", 3] }),
  Status: message({ message: ["string", 2], code: ["int32", 3] }),
};

const METRIC_PARTS = {
  MetricsData: message({ resourceMetrics: ["ResourceMetrics*", 1] }),
  ResourceMetrics: message({ resource: ["Resource", 1], scopeMetrics: ["ScopeMetrics*", 2] }),
  ScopeMetrics: message({ metrics: ["Metric*", 2] }),
  Metric: choice(
    "data",
    {
      gauge: ["Gauge", 5],
      sum: ["Sum", 7],
      histogram: ["Histogram", 9],
      exponentialHistogram: ["ExponentialHistogram", 10],
      summary: ["Summary", 11],
    },
    { name: ["string", 1], unit: ["string", 3] },
  ),
  Gauge: message({ dataPoints: ["NumberDataPoint*", 1] }),
  Sum: message({
    dataPoints: ["NumberDataPoint*", 1],
    aggregationTemporality: ["int32", 2],
    isMonotonic: ["bool", 3],
  }),
  Histogram: message({ dataPoints: ["HistogramDataPoint*", 1], aggregationTemporality: ["int32", 2] }),
  ExponentialHistogram: message({
    dataPoints: ["ExponentialHistogramDataPoint*", 1],
    aggregationTemporality: ["int32", 2],
  }),
  Summary: message({ dataPoints: ["SummaryDataPoint*", 1] }),
  NumberDataPoint: choice(
    "value",
    { asDouble: ["double", 4], asInt: ["sfixed64", 6] },
    { timeUnixNano: ["fixed64", 3], attributes: ["KeyValue*", 7], flags: ["uint32", 8] },
  ),
  HistogramDataPoint: message({
    timeUnixNano: ["fixed64", 3],
    count: ["fixed64", 4],
    sum: ["double", 5],
    bucketCounts: ["fixed64*", 6],
    explicitBounds: ["double*", 7],
    attributes: ["KeyValue*", 9],
    flags: ["uint32", 10],
  }),
  ExponentialHistogramDataPoint: message({
    attributes: ["KeyValue*", 1],
    timeUnixNano: ["fixed64", 3],
    count: ["fixed64", 4],
    sum: ["double", 5],
    scale: ["sint32", 6],
    zeroCount: ["fixed64", 7],
    positive: ["Buckets", 8],
    negative: ["Buckets", 9],
    flags: ["uint32", 10],
  }),
  Buckets: message({ offset: ["sint32", 1], bucketCounts: ["uint64*", 2] }),
  SummaryDataPoint: message({
    timeUnixNano: ["fixed64", 3],
    count: ["fixed64", 4],
    sum: ["double", 5],
    quantileValues: ["ValueAtQuantile*", 6],
    attributes: ["KeyValue*", 7],
    flags: ["uint32", 8],
  }),
  ValueAtQuantile: message({ quantile: ["double", 1], value: ["double", 2] }),
};

const ANSWER_PARTS = {
  ExportResponse: message({ partialSuccess: ["PartialSuccess", 1] }),
  PartialSuccess: message({ rejected: ["int64", 1], errorMessage: ["string", 2] }),
  RpcStatus: message({ code: ["int32", 1], message: ["string", 2] }),
};

/**
 * The messages of OTLP, with the fields that Causeway reads. Decoders skip all others, as protobuf prescribes. The body
 * of an export request has the fields of `LogsData`, `TracesData` or `MetricsData`; the answers for the three signals
 * have the same field numbers.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto, version 1
 */
export function otlpSchema(): protobuf.Root {
  const nested = { ...RESOURCE_PARTS, ...LOG_PARTS, ...TRACE_PARTS, ...METRIC_PARTS, ...ANSWER_PARTS };
  const root = protobuf.Root.fromJSON({ nested });
  root.resolveAll();
  return root;
}
