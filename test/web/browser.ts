import { parseDocument } from "htmlparser2";
import type { Answer } from "../http/server.ts";

/** What a page shows and what its forms would send. */
export type Visited = Answer & { csrf: string };

export type BrowserOptions = { headers?: Record<string, string> };
export type Browser = {
  /** Opens a page, without following redirects. */
  open(path: string, headers?: Record<string, string>): Promise<Visited>;
  /** Sends a form of the page that was opened last, as a browser does. `csrf`: absent: that of the page. */
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Visited>;
  signIn(key: string): Promise<Visited>;
  cookies: Map<string, string>;
};

/** A browser without scripts: it keeps cookies, and knows the token of the page that it opened last. */
export function browser(url: string, { headers: always = {} }: BrowserOptions = {}): Browser {
  const cookies = new Map<string, string>();
  let csrf = "";

  const send = async (path: string, init: RequestInit): Promise<Visited> => {
    const answer = await fetch(new URL(path, url), {
      ...init,
      redirect: "manual",
      headers: {
        accept: "text/html",
        ...always,
        ...(cookies.size === 0 ? {} : { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (value === "" || /max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await answer.text();
    csrf = tokenIn(text) ?? csrf;
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {}, csrf };
  };

  const open: Browser["open"] = (path, headers = {}) => send(path, { headers });
  const post: Browser["post"] = (path, fields = {}, headers = {}) =>
    send(path, {
      method: "POST",
      body: new URLSearchParams({ csrf, ...fields }).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", origin: new URL(url).origin, ...headers },
    });
  return {
    open,
    post,
    cookies,
    async signIn(key) {
      await open("/sign-in");
      return post("/sign-in", { key, to: "/" });
    },
  };
}

type Node = { name?: string; attribs?: Record<string, string>; children?: Node[] };

/** Every element of a page, depth first. */
export function elementsOf(html: string): { name: string; attribs: Record<string, string> }[] {
  const walk = (node: Node): { name: string; attribs: Record<string, string> }[] => [
    ...(node.name === undefined ? [] : [{ name: node.name, attribs: node.attribs ?? {} }]),
    ...(node.children ?? []).flatMap(walk),
  ];
  return walk(parseDocument(html) as Node);
}

const tokenIn = (html: string): string | undefined =>
  elementsOf(html).find(({ name, attribs }) => name === "input" && attribs.name === "csrf")?.attribs.value;
