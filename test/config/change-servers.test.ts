import { expect, it } from "vitest";
import { BACKEND_PREFIXES, loadConfig } from "../../src/config.ts";
import { NO_HOME } from "../no-home.ts";

const read = (env: Record<string, string>) => loadConfig({ llm: false }, { CAUSEWAY_HOME: NO_HOME, ...env }).backends;

it.each([
  [{}, "https://api.github.com", "https://github.com"],
  [{ GITHUB_URL: "https://github.com" }, "https://api.github.com", "https://github.com"],
  [{ GITHUB_URL: "https://github.example.com/" }, "https://github.example.com/api/v3", "https://github.example.com"],
  [
    { GITHUB_URL: "https://github.example.com/api/v3" },
    "https://github.example.com/api/v3",
    "https://github.example.com",
  ],
  [{ GITHUB_URL: "https://acme.ghe.com" }, "https://api.acme.ghe.com", "https://acme.ghe.com"],
])("finds the API and the pages of a GitHub: %o", (env, url, webUrl) => {
  expect(read({ ...env, GITHUB_REPOSITORIES: "acme/cart" })).toMatchObject([{ kind: "github", url, webUrl }]);
});

it("reads repositories and the services that they are", () => {
  const names =
    "acme/checkout=checkout-service, acme/cart\nacme/shop:production-eu=shop-eu acme/shop:production-us=shop-us";
  expect(read({ GITHUB_REPOSITORIES: names, GITHUB_ENVIRONMENTS: "production-eu production-us" })).toMatchObject([
    {
      projects: ["acme/checkout", "acme/cart", "acme/shop"],
      services: {
        "acme/checkout": "checkout-service",
        "acme/shop:production-eu": "shop-eu",
        "acme/shop:production-us": "shop-us",
      },
      environments: ["production-eu", "production-us"],
    },
  ]);
});

it("sends GitLab's token as GitLab reads it, and takes its address with or without the API's path", () => {
  const env = { GITLAB_URL: "https://git.example.com/lab/api/v4", GITLAB_PROJECTS: "a/b/c", GITLAB_TOKEN: "glpat-1" };
  expect(read(env)).toMatchObject([
    {
      url: "https://git.example.com/lab",
      webUrl: "https://git.example.com/lab",
      projects: ["a/b/c"],
      environments: null,
      auth: { kind: "header", name: "PRIVATE-TOKEN", value: "glpat-1" },
    },
  ]);
});

it.each([
  [{ GITHUB_URL: "https://github.example.com" }, /GITHUB names no repositories/],
  [{ GITHUB_REPOSITORIES: "cart" }, /GITHUB_REPOSITORIES="cart" is not valid/],
  [{ GITHUB_REPOSITORIES: "acme/../admin" }, /is not valid/],
  [{ GITHUB_REPOSITORIES: "../admin" }, /is not valid/],
  [{ GITHUB_REPOSITORIES: "acme/cart?page=2" }, /is not valid/],
  [{ GITLAB_PROJECTS: "group/./cart" }, /is not valid/],
  [{ GITLAB_PROJECTS: "cart" }, /is not valid/],
])("refuses %o", (env, message) => {
  expect(() => read(env as unknown as Record<string, string>)).toThrow(message);
});

it("needs more than a token, which other programs set too", () => {
  expect(read({ GITHUB_TOKEN: "x", GITLAB_TOKEN: "x", ARGOCD_TOKEN: "x" })).toEqual([]);
  expect(BACKEND_PREFIXES).toEqual(expect.arrayContaining(["GITHUB", "GITLAB", "ARGOCD"]));
});
