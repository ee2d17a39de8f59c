import { workloadOf } from "../naming.ts";

/** One prediction of Cloud-OpsBench: `top_3_predictions`, or the truth. */
export type CloudOpsAnswer = { fault_taxonomy?: string | null; fault_object: string; root_cause: string };
/** One call of a diagnostic tool. `isInvalid`: unknown tool, wrong arguments, or an error instead of an answer. */
export type ScoredCall = { tool: string; args: Readonly<Record<string, unknown>>; isInvalid?: boolean };

const normal = (text: string | null | undefined): string => (text ?? "").trim().toLowerCase().replaceAll(/\s+/g, " ");
const isSame = (a: string | null | undefined, b: string | null | undefined): boolean => normal(a) === normal(b);

/**
 * A@k: 1 if one of the first k predictions names object and cause. Upstream wants the taxonomy, too; `isStrict` does.
 * Compared in any case, with blanks as one.
 */
export function hitAt(
  predictions: readonly CloudOpsAnswer[],
  truth: CloudOpsAnswer,
  k: number,
  { isStrict = false }: { isStrict?: boolean } = {},
): 0 | 1 {
  const isHit = predictions
    .slice(0, k)
    .some(
      (one) =>
        isSame(one.fault_object, truth.fault_object) &&
        isSame(one.root_cause, truth.root_cause) &&
        (!isStrict || isSame(one.fault_taxonomy, truth.fault_taxonomy)),
    );
  return isHit ? 1 : 0;
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** The arguments that an expert's step names, for each tool. */
const STEP_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  GetResources: ["resource_type"],
  DescribeResource: ["resource_type", "name"],
  GetAppYAML: ["app_name"],
  GetErrorLogs: ["service_name"],
  GetRecentLogs: ["service_name"],
  GetServiceDependencies: ["service_name"],
  CheckServiceConnectivity: ["service_name", "port"],
  CheckNodeServiceStatus: ["node_name", "service_name"],
};

/**
 * A call as an expert's step writes it: `DescribeResource::pods::cart`, `GetAlerts::`. A pod stands for its workload.
 */
export function stepOf({ tool, args }: ScoredCall): string {
  const named = (STEP_ARGUMENTS[tool] ?? []).map((name) => {
    const value = textOf(args[name]);
    return name === "name" && normal(textOf(args.resource_type)) === "pods" ? workloadOf(value) : value;
  });
  return [tool, ...(named.length === 0 ? [""] : named)].join("::");
}

const isInOrder = (path: readonly string[], steps: readonly string[]): boolean => {
  let at = 0;
  for (const step of steps) if (step === path[at]) at += 1;
  return at === path.length;
};
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** How close calls come to one expert's path. */
function alongPath(path: readonly string[], steps: readonly string[]) {
  const [wanted, taken] = [new Set(path), new Set(steps)];
  const shared = [...taken].filter((step) => wanted.has(step)).length;
  return {
    exact: Number(path.length === steps.length && path.every((step, at) => step === steps[at])),
    inOrder: Number(isInOrder(path, steps)),
    anyOrder: Number([...wanted].every((step) => taken.has(step))),
    relevance: share(shared, taken.size),
    coverage: share(shared, wanted.size),
  };
}

export type ProcessScore = {
  /** Calls, invalid ones included. */
  steps: number;
  /** Number of invalid calls. */
  IAC: number;
  /** Share of the calls that repeat an earlier one, arguments included. */
  RAR: number;
  exact: number | null;
  inOrder: number | null;
  anyOrder: number | null;
  relevance: number | null;
  coverage: number | null;
};

const signature = ({ tool, args }: ScoredCall): string =>
  JSON.stringify([tool, Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/**
 * The process measures of Cloud-OpsBench's first release. Against the experts' paths, each measure with the path that
 * suits it best: `exact`: the same steps; `inOrder`: all of the path in its order, with others between; `anyOrder`: all
 * of the path; `relevance`: share of the distinct calls that are in the path; `coverage`: share of the path that was
 * called. Null without a path. Upstream no longer publishes its code for these, so compare with care.
 *
 * @param paths steps as `stepOf` writes them.
 */
export function scoreProcess(calls: readonly ScoredCall[], paths: readonly (readonly string[])[]): ProcessScore {
  const steps = calls.map(stepOf);
  const along = paths.filter((path) => path.length > 0).map((path) => alongPath(path, steps));
  const best = (measure: keyof (typeof along)[number]): number | null =>
    along.length === 0 ? null : Math.max(...along.map((one) => one[measure]));
  return {
    steps: calls.length,
    IAC: calls.filter(({ isInvalid = false }) => isInvalid).length,
    RAR: share(calls.length - new Set(calls.map(signature)).size, calls.length),
    exact: best("exact"),
    inOrder: best("inOrder"),
    anyOrder: best("anyOrder"),
    relevance: best("relevance"),
    coverage: best("coverage"),
  };
}
