/** `inert`: cannot change running code. `dependencies`: declares library versions. `code`: anything else. */
export type FileRole = "inert" | "dependencies" | "code";

const INERT_EXTENSIONS = [
  "md mdx rst adoc css scss less sass svg png jpe?g gif ico webp woff2? snap golden",
  "editorconfig gitignore gitattributes",
];
const INERT_FOLDERS = [
  "docs? documentation tests? __tests__ testdata fixtures spec e2e examples?",
  String.raw`\.github \.circleci \.vscode \.idea storybook`,
];
const INERT_FILES = [
  String.raw`test_\w+\.py LICENSE NOTICE CODEOWNERS CHANGELOG Makefile Jenkinsfile \.gitlab-ci\.ya?ml \.travis\.yml`,
  String.raw`\.[\w-]*(?:lint|prettier|eslint)[\w.-]*`,
];
const DEPENDENCY_FILES = [
  String.raw`go\.(?:mod|sum|work) package(?:-lock)?\.json yarn\.lock pnpm-lock\.yaml requirements[\w-]*\.txt`,
  String.raw`poetry\.lock Pipfile(?:\.lock)? Cargo\.(?:toml|lock) pom\.xml build\.gradle(?:\.kts)?`,
  String.raw`Gemfile(?:\.lock)? composer\.(?:json|lock)`,
];

/** One regular expression for any of the patterns, which spaces separate. */
const anyOf = (patterns: readonly string[]): string => `(?:${patterns.join(" ").replaceAll(" ", "|")})`;

const INERT_EXTENSION = new RegExp(String.raw`\.${anyOf(INERT_EXTENSIONS)}$`, "i");
const INERT_PATH = new RegExp(String.raw`(?:^|\/)${anyOf(INERT_FOLDERS)}\/`, "i");
const INERT_NAME = new RegExp(
  String.raw`(?:[_.-](?:test|spec|fuzz_test|stories)\.\w+|(?:^|\/)${anyOf(INERT_FILES)})$`,
  "i",
);
const DEPENDENCIES = new RegExp(String.raw`(?:^|\/)${anyOf(DEPENDENCY_FILES)}$`, "i");

/** Derives the role of a file from its path alone. */
export function fileRole(path: string): FileRole {
  if (INERT_EXTENSION.test(path) || INERT_PATH.test(path) || INERT_NAME.test(path)) return "inert";
  return DEPENDENCIES.test(path) ? "dependencies" : "code";
}
