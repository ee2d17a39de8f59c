// Prints the bill of materials (CycloneDX 1.5) of the published package: the packages that an installation fetches, and
// those whose code is in the build. `npm sbom` alone would list every tool, or leave the code in the build out.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { currentBuild } from "./built.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const DEVELOPMENT = "cdx:npm:package:development";

const build = currentBuild(root);
if (build === null) {
  console.error("There is no up-to-date build: run `npm run build` first.");
  process.exit(1);
}
const whole = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format=cyclonedx", "--package-lock-only"], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  }).toString(),
);
const licences = readFileSync(join(build, "LICENSES.txt"), "utf8");
const inBuild = new Set(
  [...licences.matchAll(/^== (\S+) (\S+) \(/gm)].map(([, name, version]) => `${name}@${version}`),
);

const isTool = ({ properties = [] }) => properties.some(({ name, value }) => name === DEVELOPMENT && value === "true");
const components = whole.components
  .filter((component) => !isTool(component) || inBuild.has(`${component.name}@${component.version}`))
  .map((component) => ({
    ...component,
    scope: component.scope === "optional" && isTool(component) ? "required" : component.scope,
    properties: (component.properties ?? []).filter(({ name }) => name !== DEVELOPMENT),
  }));
const listed = new Set(components.map((component) => `${component.name}@${component.version}`));
const missing = [...inBuild].filter((one) => !listed.has(one));
if (missing.length > 0) {
  console.error(`These packages are in the build, but not in package-lock.json: ${missing.join(", ")}`);
  process.exit(1);
}
const refs = new Set([whole.metadata.component["bom-ref"], ...components.map((component) => component["bom-ref"])]);
const dependencies = (whole.dependencies ?? [])
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const component = { ...whole.metadata.component, type: "application", name };
const metadata = { ...whole.metadata, lifecycles: [{ phase: "build" }], component };
console.log(JSON.stringify({ ...whole, metadata, components, dependencies }, null, 2));
