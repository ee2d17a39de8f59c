import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { COMMANDS } from "../../src/cli/command-table.ts";
import type { Io } from "../../src/cli/io.ts";

export const CLI_DOC = join(import.meta.dirname, "../../docs/cli.md");

/** Defining a command reads nothing of its environment. */
const NO_IO = {} as unknown as Io;

/** All commands, each with its subcommands, from commander's definitions. */
async function definedCommands(): Promise<Command[]> {
  const program = new Command("causeway");
  for (const { name, alias, summary, load } of COMMANDS) {
    const command = program.command(name).description(summary);
    if (alias !== undefined) command.alias(alias);
    (await load())(command, NO_IO, () => undefined);
  }
  return program.commands.flatMap((command) => [command, ...command.commands]);
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}

function section(command: Command): string {
  const args = command.registeredArguments;
  const usage = [
    pathOf(command),
    ...args.map((one) => {
      const name = one.variadic ? `${one.name()}...` : one.name();
      return one.required ? `<${name}>` : `[${name}]`;
    }),
    ...(command.commands.length > 0 ? ["<command>"] : []),
    ...(command.options.length > 0 ? ["[options]"] : []),
  ].join(" ");
  const rows = [
    ...args
      .filter(({ description }) => description !== "")
      .map((one) => `| \`${one.name()}\` | ${cell(one.description)} |`),
    ...command.options.map(({ flags, description, mandatory, defaultValue, argChoices }) => {
      const notes = [
        ...(mandatory ? ["required"] : []),
        ...(argChoices === undefined ? [] : [`one of ${argChoices.join(", ")}`]),
        ...(typeof defaultValue === "string" || typeof defaultValue === "number" ? [`default ${defaultValue}`] : []),
      ];
      const rest = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
      return `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(description)}${rest} |`;
    }),
  ];
  const heading = command.parent?.parent == null ? "##" : "###";
  const aliases = command.aliases().map((alias) => `\`${alias}\``);
  return [
    `${heading} ${pathOf(command)}`,
    "",
    `${cell(command.description())}${aliases.length === 0 ? "" : ` (also ${aliases.join(", ")})`}`,
    "",
    `\`${usage}\``,
    ...(rows.length === 0 ? [] : ["", "| Option | Meaning |", "|---|---|", ...rows]),
  ].join("\n");
}

/** docs/cli.md with the part between its markers written again. */
export async function freshCliDoc(): Promise<string> {
  const sections = (await definedCommands()).map(section).join("\n\n");
  return readFileSync(CLI_DOC, "utf8").replace(
    /(<!-- commands[^>]*-->\n)[\s\S]*?(<!-- \/commands -->)/,
    (_, open: string, close: string) => `${open}\n${sections}\n\n${close}`,
  );
}
