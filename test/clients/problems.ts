const row = (cells: string): string => cells.split(" ").join("   ");
const SUBMIT = {
  detection: "Submit if anomalies are detected. Args: has_anomaly (str): Yes or No.",
  localization: "Submit the detected faulty components. Args: faulty_components (list[str])",
  analysis: "Submit the analysis. Args: analysis (dict[str, str]): system_level, fault_type",
  mitigation: "Submit once your mitigation is complete.",
} as const;
type Task = keyof typeof SUBMIT;

const HEALTHY: Record<string, string> = {
  "exec_shell kubectl get pods -n shop -o wide": [
    row("NAME READY STATUS RESTARTS AGE IP NODE"),
    row("web-6d4b75cb6d-abcde 1/1 Running 0 3d 10.1.0.1 node-a"),
    row("cart-6d4b75cb6d-fghij 1/1 Running 0 3d 10.1.0.2 node-b"),
  ].join("\n"),
  "exec_shell kubectl get events -n shop --sort-by=.lastTimestamp": "No resources found in shop namespace.",
  "exec_shell kubectl get deployments -n shop -o wide": [
    row("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR"),
    row("web 1/1 1 1 3d main r/web:1 app=web"),
    row("cart 1/1 1 1 3d main r/cart:1 app=cart"),
  ].join("\n"),
  "exec_shell kubectl get services -n shop -o wide": [
    row("NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR"),
    row("web NodePort 10.2.0.1 <none> 80:30080/TCP 3d app=web"),
    row("cart ClusterIP 10.2.0.2 <none> 8080/TCP 3d app=cart"),
  ].join("\n"),
  "exec_shell kubectl get endpoints -n shop": [
    row("NAME ENDPOINTS AGE"),
    row("web 10.1.0.1:80 3d"),
    row("cart 10.1.0.2:8080 3d"),
  ].join("\n"),
  "exec_shell kubectl get nodes -o wide": [
    row("NAME STATUS ROLES AGE VERSION"),
    row("node-a Ready <none> 90d v1.34.0"),
    row("node-b Ready <none> 90d v1.34.0"),
  ].join("\n"),
  "get_logs shop web": 'INFO "GET /" 200\nINFO "GET /cart" 200',
  "get_logs shop cart": "INFO ready",
  "get_traces shop 5": "Trace data exported to: /tmp/trace_output/traces_1.csv",
};

/** Cart is scaled to zero: its Deployment says so, and its Service has no endpoints. */
const SCALED: Record<string, string> = {
  ...HEALTHY,
  "exec_shell kubectl get pods -n shop -o wide": [
    row("NAME READY STATUS RESTARTS AGE IP NODE"),
    row("web-6d4b75cb6d-abcde 1/1 Running 0 3d 10.1.0.1 node-a"),
  ].join("\n"),
  "exec_shell kubectl get deployments -n shop -o wide": [
    row("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR"),
    row("web 1/1 1 1 3d main r/web:1 app=web"),
    row("cart 0/0 0 0 3d main r/cart:1 app=cart"),
  ].join("\n"),
  "exec_shell kubectl get endpoints -n shop": [
    row("NAME ENDPOINTS AGE"),
    row("web 10.1.0.1:80 3d"),
    row("cart <none> 3d"),
  ].join("\n"),
  "exec_shell kubectl describe deployments cart -n shop": [
    "Name:                   cart",
    "Namespace:              shop",
    "Selector:               app=cart",
    "Replicas:               0 desired | 0 updated | 0 total | 0 available | 0 unavailable",
    "Pod Template:",
    "  Labels:  app=cart",
    "  Containers:",
    "   main:",
    "    Image:      r/cart:1",
    "    Port:       8080/TCP",
    "  Volumes:      <none>",
    "Events:",
    "  Type    Reason             Age   From                   Message",
    "  ----    ------             ----  ----                   -------",
    "  Normal  ScalingReplicaSet  4m    deployment-controller  Scaled down replica set cart-6d4b75cb6d to 0 from 1",
  ].join("\n"),
};

/** Cart is killed again and again, because it needs more memory than its limit. */
const KILLED: Record<string, string> = {
  ...HEALTHY,
  "exec_shell kubectl get pods -n shop -o wide": [
    row("NAME READY STATUS RESTARTS AGE IP NODE"),
    row("web-6d4b75cb6d-abcde 1/1 Running 0 3d 10.1.0.1 node-a"),
    "cart-6d4b75cb6d-fghij   0/1   CrashLoopBackOff   6 (40s ago)   3d   10.1.0.2   node-b",
  ].join("\n"),
  "exec_shell kubectl describe pods cart-6d4b75cb6d-fghij -n shop": [
    "Name:             cart-6d4b75cb6d-fghij",
    "Namespace:        shop",
    "Node:             node-b/10.0.0.2",
    "Labels:           app=cart",
    "Status:           Running",
    "Controlled By:    ReplicaSet/cart-6d4b75cb6d",
    "Containers:",
    "  main:",
    "    Image:          r/cart:1",
    "    State:          Waiting",
    "      Reason:       CrashLoopBackOff",
    "    Last State:     Terminated",
    "      Reason:       OOMKilled",
    "      Exit Code:    137",
    "    Ready:          False",
    "    Restart Count:  6",
    "    Limits:",
    "      memory:  128Mi",
    "Events:           <none>",
  ].join("\n"),
};
const FAULTS = { none: HEALTHY, "scaled to zero": SCALED, "out of memory": KILLED } as const;

/** A problem as the stand-in of the orchestrator reads it. */
export const problemOf = (task: Task, fault: keyof typeof FAULTS, maxSteps = 20) => ({
  problem_id: `shop_fault-${task}-1`,
  desc: `You are an expert DevOps engineer.\n\nService Name: Shop\nNamespace: shop\nDescription: sells things\n`,
  instructions: "You will respond with one action at a time.",
  apis: {
    get_logs: "Collects logs.",
    get_metrics: "Collects metrics.",
    read_metrics: "Reads metrics.",
    get_traces: "Collects traces.",
    read_traces: "Reads traces.",
    exec_shell: "Executes a command.",
    submit: SUBMIT[task],
  },
  max_steps: maxSteps,
  observations: FAULTS[fault],
});
