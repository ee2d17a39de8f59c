/** Words in the names of environments that are not production, after GitLab's tiers of environments. */
const OTHER: ReadonlySet<string> = new Set(
  (
    "dev devel develop development review reviews trunk preview previews test tests testing tst int integration acpt " +
    "accept acceptance qa qc quality uat stage staging stg demo sandbox local nonprod preprod"
  ).split(" "),
);
const PRODUCTION: ReadonlySet<string> = new Set(["prod", "production", "prd", "live"]);
const BEFORE_PRODUCTION = /\b(?:non|pre)[-_ ]?prod/i;
const OTHER_TIERS: ReadonlySet<string> = new Set(["staging", "testing", "development"]);

/** An environment. `tier`: GitLab's own word for it. `isTransient`: GitHub removes it again, as previews. */
type DeployTarget = {
  name: string | null | undefined;
  tier?: string | null | undefined;
  isTransient?: boolean | null | undefined;
};

/**
 * True if deployments to this environment are read. Unless the settings name environments (`wanted`), that is each one
 * that is not clearly something else than production: a deployment that is left out by mistake hides a cause.
 *
 * @see https://docs.gitlab.com/ci/environments/#deployment-tier-of-environments
 */
export function isReadEnvironment(
  { name, tier, isTransient }: DeployTarget,
  wanted: readonly string[] | null,
): boolean {
  if (wanted !== null) return wanted.includes(name ?? "");
  if (isTransient === true) return false;
  if (tier != null && tier !== "other") return !OTHER_TIERS.has(tier);
  if (name == null) return true;
  if (BEFORE_PRODUCTION.test(name)) return false;
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => PRODUCTION.has(word)) || !words.some((word) => OTHER.has(word));
}
