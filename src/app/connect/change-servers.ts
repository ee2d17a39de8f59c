import type { ConnectFacts } from "./facts.ts";

type Facts = Pick<ConnectFacts, "url" | "servers" | "needsToken" | "repositories">;

/**
 * What GitHub, GitLab and Argo CD have to allow, and the variables with which Causeway then reads their changes. Names
 * of secrets only, never their values.
 *
 * @see https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
 */
export function changesPiece({ url, servers, needsToken, repositories }: Facts): string {
  const base = url.replace(/\/+$/, "");
  const address = (variable: string, comment: string): string => {
    const known = servers.find((server) => server.variable === variable);
    return known === undefined ? comment : `export ${variable}=${known.url}  # as set`;
  };
  const names = (variable: string, example: string): string => {
    const known = repositories[variable] ?? [];
    return known.length > 0
      ? `export ${variable}=${known.join(",")}  # as set`
      : `export ${variable}=${example}  # your repositories, and the services that they are`;
  };
  return `\
# GitHub: a fine-grained token for these repositories, read-only: Deployments, Contents, Pull requests.
${address("GITHUB_URL", "# GitHub Enterprise: export GITHUB_URL=https://github.example.com")}
${names("GITHUB_REPOSITORIES", "owner/name=service,owner/other")}
export GITHUB_TOKEN_FILE=/etc/causeway/github-token
# At once, and not only when an incident is analysed: a webhook to ${base}/v1/changes/github
# with the events Deployment statuses, Releases, Pull requests, and the secret in GITHUB_WEBHOOK_SECRET.

# GitLab: a project or group access token with the scope read_api and the role Reporter.
${address("GITLAB_URL", "# self-managed: export GITLAB_URL=https://gitlab.example.com")}
${names("GITLAB_PROJECTS", "group/project=service,group/other")}
export GITLAB_TOKEN_FILE=/etc/causeway/gitlab-token
# A webhook: ${base}/v1/changes/gitlab, with the secret token in GITLAB_WEBHOOK_TOKEN.

# Argo CD: add this account and this policy, then: argocd account generate-token --account causeway
#   argocd-cm, data:       accounts.causeway: apiKey
#   argocd-rbac-cm, data:  policy.csv: |
#                            p, role:causeway, applications, get, */*, allow
#                            g, causeway, role:causeway
${address("ARGOCD_URL", "export ARGOCD_URL=https://argocd.example.com")}
export ARGOCD_TOKEN_FILE=/etc/causeway/argocd-token

# Others: POST ${base}/v1/changes${needsToken ? ", with a key: npx causeway keys create ci --scope analyse" : ""}
# then: npx causeway doctor
`;
}
