/** `inert`: cannot alter what runs. `dependencies`: names versions of libraries. `code`: anything else. */
export type FileRole = "inert" | "dependencies" | "code";

const INERT_EXTENSION =
  /\.(?:md|mdx|rst|adoc|css|scss|less|sass|svg|png|jpe?g|gif|ico|webp|woff2?|snap|golden|editorconfig|gitignore|gitattributes)$/i;
const INERT_PATH =
  /(?:^|\/)(?:docs?|documentation|tests?|__tests__|testdata|fixtures|spec|e2e|examples?|\.github|\.circleci|\.vscode|\.idea|storybook)\//i;
const INERT_NAME =
  /(?:[_.-](?:test|spec|fuzz_test|stories)\.\w+|(?:^|\/)(?:test_\w+\.py|LICENSE|NOTICE|CODEOWNERS|CHANGELOG|Makefile|Jenkinsfile|\.gitlab-ci\.ya?ml|\.travis\.yml|\.[\w-]*(?:lint|prettier|eslint)[\w.-]*))$/i;
const DEPENDENCIES =
  /(?:^|\/)(?:go\.(?:mod|sum|work)|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements[\w-]*\.txt|poetry\.lock|Pipfile(?:\.lock)?|Cargo\.(?:toml|lock)|pom\.xml|build\.gradle(?:\.kts)?|Gemfile(?:\.lock)?|composer\.(?:json|lock))$/i;

/** What a file is for, read from its path alone. */
export function fileRole(path: string): FileRole {
  if (INERT_EXTENSION.test(path) || INERT_PATH.test(path) || INERT_NAME.test(path)) return "inert";
  return DEPENDENCIES.test(path) ? "dependencies" : "code";
}
