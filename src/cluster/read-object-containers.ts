import { type Container, parseProbe } from "./containers.ts";
import {
  fieldsAt,
  type JsonFields,
  fieldListOf,
  fieldsOf,
  numberOf,
  scalarOf,
  textOf,
  textsOf,
  timeOf,
} from "./fields.ts";

/**
 * Reads the containers of a pod's or a template's `spec`, with the state that `statuses` give them. Init containers
 * first. A dump may lack the `spec`: what a status names is a container too.
 */
export const containersOf = (spec: JsonFields, status: JsonFields = {}): Container[] => [
  ...containerList(spec.initContainers, status.initContainerStatuses),
  ...containerList(spec.containers, status.containerStatuses),
];

function containerList(specs: unknown, statuses: unknown): Container[] {
  const stateOf = new Map(fieldListOf(statuses).map((one) => [textOf(one.name), one]));
  const declared = fieldListOf(specs);
  const names = new Set(declared.map(({ name }) => textOf(name)));
  const others = fieldListOf(statuses).filter(({ name }) => textOf(name) !== null && !names.has(textOf(name)));
  return [...declared, ...others.map(({ name }) => ({ name }))].map((spec: JsonFields): Container => {
    const name = textOf(spec.name) ?? "";
    const state = stateOf.get(name);
    const last = fieldsAt(state ?? {}, "lastState", "terminated");
    const ended = fieldsAt(state ?? {}, "state", "terminated");
    return {
      name,
      ports: fieldListOf(spec.ports).flatMap(({ containerPort, protocol, name: portName }) => {
        const port = scalarOf(containerPort);
        return port === null ? [] : [{ port, protocol: textOf(protocol) ?? "TCP", name: textOf(portName) ?? "" }];
      }),
      probes: (["liveness", "readiness", "startup"] as const).flatMap(
        (role) => parseProbe(role, probeText(fieldsOf(spec[`${role}Probe`]))) ?? [],
      ),
      state: state === undefined ? null : stateWord(fieldsOf(state.state)),
      stateMessage: state === undefined ? null : textOf(fieldsAt(state, "state", "waiting").message),
      lastState: state === undefined ? null : stateWord(fieldsOf(state.lastState)),
      exitCode: numberOf(last.exitCode) ?? numberOf(ended.exitCode),
      endedAtMs: timeOf(last.finishedAt),
      ready: state === undefined ? null : state.ready === true,
      restarts: numberOf(state?.restartCount) ?? 0,
      memoryLimit: scalarOf(fieldsAt(spec, "resources", "limits").memory),
    };
  });
}

/** The reason of a state, else the state itself, as `kubectl describe` names it. */
function stateWord(state: JsonFields): string | null {
  for (const key of ["waiting", "terminated", "running"] as const)
    if (state[key] !== undefined && state[key] !== null)
      return textOf(fieldsOf(state[key]).reason) || `${key[0]?.toUpperCase()}${key.slice(1)}`;
  return null;
}

/** A probe as `kubectl describe` prints it, so that both are parsed alike; null without a probe. */
function probeText(probe: JsonFields): string | null {
  const [http, tcp, grpc, exec] = [probe.httpGet, probe.tcpSocket, probe.grpc, probe.exec].map(fieldsOf);
  const how =
    probe.httpGet !== undefined && http !== undefined
      ? `http-get ${(textOf(http.scheme) ?? "http").toLowerCase()}://${textOf(http.host) ?? ""}:${scalarOf(http.port) ?? ""}` +
        slashed(textOf(http.path) ?? "")
      : probe.tcpSocket !== undefined && tcp !== undefined
        ? `tcp-socket ${textOf(tcp.host) ?? ""}:${scalarOf(tcp.port) ?? ""}`
        : probe.grpc !== undefined && grpc !== undefined
          ? `grpc <pod>:${scalarOf(grpc.port) ?? ""} ${textOf(grpc.service) ?? ""}`
          : probe.exec !== undefined && exec !== undefined
            ? `exec [${textsOf(exec.command).join(" ")}]`
            : null;
  if (how === null) return null;
  const figure = (key: string, otherwise: number): number => numberOf(probe[key]) ?? otherwise;
  return (
    `${how} delay=${figure("initialDelaySeconds", 0)}s timeout=${figure("timeoutSeconds", 1)}s ` +
    `period=${figure("periodSeconds", 10)}s #success=${figure("successThreshold", 1)} ` +
    `#failure=${figure("failureThreshold", 3)}`
  );
}

const slashed = (path: string): string => (path === "" || path.startsWith("/") ? path : `/${path}`);
