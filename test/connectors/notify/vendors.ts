import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type VendorCall = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  json: unknown;
};
export type VendorAnswer = { status: number; headers?: Record<string, string>; json?: unknown };
/** Answers a call, or null for those that the vendor does not know. */
export type Vendor = (call: VendorCall) => VendorAnswer | null;

/**
 * A vendor's API on a local port. `faults`: answers that come first, in order. A fault with `after` does what was asked,
 * then loses the answer.
 */
export async function vendorServer(vendor: Vendor): Promise<{
  url: string;
  calls: VendorCall[];
  faults: (VendorAnswer | "lost")[];
}> {
  const calls: VendorCall[] = [];
  const faults: (VendorAnswer | "lost")[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { pathname, searchParams: query } = new URL(request.url ?? "", "http://local");
      const { method = "", headers } = request;
      const call = { method, path: pathname, query, headers, json: body === "" ? null : (JSON.parse(body) as unknown) };
      calls.push(call);
      const fault = method === "GET" ? undefined : faults.shift();
      if (fault === "lost") {
        vendor(call);
        return void response.destroy();
      }
      const {
        status,
        headers: more = {},
        json,
      } = fault ?? vendor(call) ?? { status: 404, json: { message: "Not Found" } };
      response.writeHead(status, { "content-type": "application/json", ...more }).end(JSON.stringify(json ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, faults };
}

const fieldOf = (json: unknown, name: string): unknown => (json as Record<string, unknown> | null)?.[name];

/** PagerDuty's notes: token in `Authorization`, a user in `From`, its own `Accept`. */
export function pagerDuty(): { vendor: Vendor; notes: Map<string, { id: string; content: string }[]> } {
  const notes = new Map([["Q1ABC2DEF3", [] as { id: string; content: string }[]]]);
  const refused = (status: number, code: number, message: string) => ({
    status,
    json: { error: { code, message, errors: [message] } },
  });
  const vendor: Vendor = ({ method, path, headers, json }) => {
    if (headers.authorization !== "Token token=pd-secret-token") return refused(401, 2006, "Authentication failed");
    if (headers.accept !== "application/vnd.pagerduty+json;version=2") return refused(406, 2000, "Not Acceptable");
    const id = /^\/incidents\/([^/]+)\/notes$/.exec(path)?.[1];
    const list = notes.get(id ?? "");
    if (list === undefined) return refused(404, 2100, "Not Found");
    if (method === "GET") return { status: 200, json: { notes: list } };
    if (headers.from !== "oncall@example.com") return refused(400, 1008, "Requester User Not Found");
    const content = fieldOf(fieldOf(json, "note"), "content");
    if (typeof content !== "string" || content === "") return refused(400, 2001, "Invalid Input Provided");
    list.push({ id: `P${list.length}`, content });
    return { status: 200, json: { note: list.at(-1) } };
  };
  return { vendor, notes };
}

export const INCIDENT = "01FCNDV6P870EA6S7TK1DSYDG0";

/** incident.io's actions. */
export function incidentIo(): { vendor: Vendor; actions: { id: string; incident_id: string; description: string }[] } {
  const actions: { id: string; incident_id: string; description: string }[] = [];
  const refused = (status: number, type: string) => ({ status, json: { type, status, errors: [{ code: type }] } });
  const vendor: Vendor = ({ method, path, query, headers, json }) => {
    if (headers.authorization !== "Bearer io-secret-token") return refused(401, "authentication_error");
    if (path !== "/v2/actions") return refused(404, "not_found");
    if (method === "GET")
      return { status: 200, json: { actions: actions.filter((one) => one.incident_id === query.get("incident_id")) } };
    const [incident, description] = [fieldOf(json, "incident_id"), fieldOf(json, "description")];
    if (incident !== INCIDENT || typeof description !== "string") return refused(422, "validation_error");
    actions.push({ id: `A${actions.length}`, incident_id: incident, description });
    return { status: 201, json: { action: actions.at(-1) } };
  };
  return { vendor, actions };
}

const TEXT_KEYS = new Set(["type", "text", "marks"]);
/** True for the part of Atlassian's document format that a comment may use here. */
function isDocument(node: unknown, parent = ""): boolean {
  const { type, content, text, version, attrs } = node as Record<string, unknown>;
  const inner = Array.isArray(content) ? (content as unknown[]) : null;
  const all = (of: string): boolean => inner !== null && inner.length > 0 && inner.every((one) => isDocument(one, of));
  switch (type) {
    case "doc":
      return parent === "" && version === 1 && all("doc");
    case "paragraph":
      return ["doc", "listItem"].includes(parent) && all("paragraph");
    case "heading":
      return parent === "doc" && typeof fieldOf(attrs, "level") === "number" && all("paragraph");
    case "bulletList":
      return parent === "doc" && all("bulletList");
    case "listItem":
      return parent === "bulletList" && all("listItem");
    case "text":
      return (
        parent === "paragraph" &&
        typeof text === "string" &&
        text !== "" &&
        Object.keys(node as object).every((key) => TEXT_KEYS.has(key))
      );
    default:
      return false;
  }
}

/** Jira's comments: Cloud takes documents with basic auth, Server text with a personal access token. */
export function jira(kind: "cloud" | "server"): { vendor: Vendor; comments: { id: string; body: unknown }[] } {
  const comments: { id: string; body: unknown }[] = [];
  const auth = kind === "cloud" ? `Basic ${btoa("bot@example.com:jira-secret-token")}` : "Bearer jira-secret-token";
  const version = kind === "cloud" ? 3 : 2;
  const refused = (status: number, message: string) => ({ status, json: { errorMessages: [message], errors: {} } });
  const vendor: Vendor = ({ method, path, headers, json }) => {
    if (headers.authorization !== auth) return refused(401, "Client must be authenticated to access this resource.");
    if (path !== `/rest/api/${version}/issue/OPS-7/comment`)
      return refused(404, "Issue does not exist or you do not have permission to see it.");
    if (method === "GET") return { status: 200, json: { comments, total: comments.length, maxResults: 100 } };
    const body = fieldOf(json, "body");
    const isValid = kind === "cloud" ? isDocument(body) : typeof body === "string" && body.length <= 32_767;
    if (!isValid || JSON.stringify(body).length > 32_767) return refused(400, "INVALID_INPUT");
    comments.push({ id: `1000${comments.length}`, body });
    return { status: 201, json: comments.at(-1) };
  };
  return { vendor, comments };
}

type Page = { html_url: string; title: string; body: string; head?: string; state: string };

/** GitHub's issues, references, contents and pull requests of one repository. */
export function gitHub(): {
  vendor: Vendor;
  issues: Page[];
  pulls: Page[];
  branches: Map<string, { sha: string; files: Map<string, string> }>;
} {
  const [issues, pulls]: [Page[], Page[]] = [[], []];
  const branches = new Map([["main", { sha: "a".repeat(40), files: new Map<string, string>() }]]);
  const refused = (status: number, message: string) => ({ status, json: { message, documentation_url: "x" } });
  const vendor: Vendor = ({ method, path, query, headers, json }) => {
    if (headers.authorization !== "Bearer gh-secret-token") return refused(401, "Bad credentials");
    if (headers["user-agent"] === undefined) return refused(403, "Request forbidden by administrative rules");
    const rest = path.startsWith("/repos/acme/runbooks") ? path.slice("/repos/acme/runbooks".length) : null;
    const text = (name: string): string => String(fieldOf(json, name) ?? "");
    if (rest === "") return { status: 200, json: { default_branch: "main" } };
    if (rest === "/issues" || rest === "/pulls") {
      const pages = rest === "/issues" ? issues : pulls;
      const state = query.get("state");
      if (method === "GET") {
        const head = query.get("head");
        const found = pages.filter(
          (one) => (head === null || head === `acme:${one.head}`) && (state === "all" || one.state === state),
        );
        return { status: 200, json: found.toReversed() };
      }
      if (text("title") === "" || text("title").length > 256 || text("body").length > 65_536)
        return refused(422, "Validation Failed");
      if (rest === "/pulls" && !branches.has(text("head"))) return refused(422, "Validation Failed");
      const html_url = `https://github.example/acme/runbooks${rest}/${pages.length + 1}`;
      const page = { html_url, title: text("title"), body: text("body"), state: "open" };
      pages.push(rest === "/pulls" ? { ...page, head: text("head") } : page);
      return { status: 201, json: pages.at(-1) };
    }
    const ref = /^\/git\/ref\/heads\/(.+)$/.exec(rest ?? "")?.[1];
    if (ref !== undefined) {
      const branch = branches.get(ref);
      return branch === undefined ? refused(404, "Not Found") : { status: 200, json: { object: { sha: branch.sha } } };
    }
    if (rest === "/git/refs") {
      const name = text("ref").replace("refs/heads/", "");
      if (branches.has(name)) return refused(422, "Reference already exists");
      branches.set(name, { sha: text("sha"), files: new Map(branches.get("main")?.files) });
      return { status: 201, json: { object: { sha: text("sha") } } };
    }
    const file = /^\/contents\/(.+)$/.exec(rest ?? "")?.[1];
    if (file === undefined) return null;
    const branch = branches.get(method === "GET" ? (query.get("ref") ?? "main") : text("branch"));
    if (branch === undefined) return refused(404, "No commit found for the ref");
    if (method === "GET")
      return branch.files.has(file) ? { status: 200, json: { sha: "b".repeat(40) } } : refused(404, "Not Found");
    if (branch.files.has(file) && text("sha") === "") return refused(422, '"sha" wasn\'t supplied.');
    branch.files.set(file, Buffer.from(text("content"), "base64").toString("utf8"));
    return { status: 201, json: { content: {}, commit: {} } };
  };
  return { vendor, issues, pulls, branches };
}
