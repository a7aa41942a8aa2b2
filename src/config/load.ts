import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import { McpaError } from '../core/index.js';
import { loadAgents } from './agents/load-agents.js';
import type { FileAgent } from './agents/read-agents.js';
import { checkKeys } from './codec/keys.js';
import { complete, type MergedConfig } from './defaults.js';
import { createMasker, maskAll, rememberSecrets, secretValues } from './explain/secrets.js';
import { defaultProvider, PROVIDERS } from './model.js';
import { type ConfigProblem, invalidConfig } from './problems.js';
import { checkWhole, deadPolicies, joinAddress } from './schema/semantics.js';
import { type Finding, prune, validate } from './schema/validate.js';
import { type ConfigFlags, environmentLayer, flagLayer } from './sources/environment.js';
import { findProject, findSecrets, projectDirOf } from './sources/find-project.js';
import { type Filled, interpolate, type Unset } from './sources/interpolate.js';
import { type Layer, layerOf, type Merged, mergeLayers } from './sources/layers.js';
import { loadProfile, type Profile } from './sources/profile.js';
import { pathKey, placeOf, readYaml, type Tree, type YamlFile } from './sources/yaml-file.js';
import type { Config } from './types.js';

export interface LoadOptions {
  cwd?: string;
  configFile?: string;
  env?: NodeJS.ProcessEnv;
  flags?: ConfigFlags;
  /** No config file is an error. */
  require?: boolean;
  homeDir?: string;
}
export interface LoadedConfig {
  config: Config;
  warnings: ConfigProblem[];
  /** Dotted key → `flag`, a variable's name, `mcp_agent.config.yaml:3`, `temporal.toml [profile.x]`. */
  origin: Map<string, string>;
}

interface Source extends Layer {
  file: YamlFile;
  filled: Filled[];
  unset: Unset[];
  warnings: ConfigProblem[];
  problems: ConfigProblem[];
}

/** Finds, reads, merges and checks the whole configuration; throws one error that names every problem. */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const { env = process.env, flags = {}, homeDir = homedir() } = options;
  const cwd = resolve(options.cwd ?? process.cwd());
  const named = options.configFile ?? (env.MCPA_CONFIG || undefined);
  const main = named === undefined ? findProject(cwd, homeDir) : resolve(cwd, named);
  if (main === undefined && options.require === true) {
    throw new McpaError('CONFIG_NOT_FOUND', `there is no mcp_agent.config.yaml in ${cwd} or above`, {
      hint: 'create a project with `mcpa init`, or name the file with --config',
    });
  }
  const projectDir = main === undefined ? cwd : projectDirOf(main, cwd, homeDir);
  const secrets = main === undefined ? undefined : findSecrets(main);
  const paths = [main, secrets].filter((path) => path !== undefined);
  const sources = paths.map((path) => readSource(path, cwd, env));
  const problems = sources.flatMap((source) => source.problems);
  const warnings = sources.flatMap((source) => source.warnings);

  const files = mergeLayers(sources);
  const report = (list: ConfigProblem[], findings: Finding[]) => {
    for (const finding of findings) list.push(locate(finding, sources));
  };
  addAddress(files, (finding) => report(problems, [finding]));
  const environment = environmentLayer(env, cwd);
  const flagged = flagLayer(flags, cwd);
  problems.push(...environment.problems, ...flagged.problems);
  const upper = [layerOf(files), environment, flagged];
  const profile = await loadProfile(flags.profile, env, options.homeDir);
  const merged = mergeLayers(
    profile === undefined ? upper : [fitting(profile, mergeLayers(upper), warnings), ...upper],
  );
  const whole = merged.value as MergedConfig;

  if (sources.every((source) => source.problems.length === 0)) {
    const temporal = { ...whole.temporal };
    delete temporal.address;
    const outside = validate({ ...merged.value, temporal });
    const left = leftOut(sources, merged);
    const unsetKeys = left.flatMap(encryptionKeyId);
    const found =
      outside.length > 0
        ? []
        : [...checkWhole(whole), ...checkKeys(whole.temporal?.encryption, projectDir, unsetKeys)];
    // As within a file: what is left out for its unset variable is reported as unset only.
    const unset = new Set(left.map(pathKey));
    const told = (finding: Finding) => !unset.has(pathKey(finding.path));
    problems.push(...outside.filter(told).map((finding) => nameSource(finding, merged)));
    problems.push(...found.filter(told).map((finding) => place(finding, sources, merged)));
  }
  // Without a config there is no project whose agents these could be.
  const fromFiles =
    main === undefined || problems.length > 0 || whole.agents?.enabled === false
      ? []
      : agentsOfFiles(whole, { projectDir, cwd, homeDir }, problems, warnings);
  const listed = whole.agents?.definitions ?? [];
  if (fromFiles.length > 0)
    whole.agents = { ...whole.agents, definitions: [...listed, ...fromFiles.map(({ spec }) => spec)] };
  report(warnings, deadPolicies(whole));
  checkUnset(sources, merged, whole, problems, warnings);
  const hidden = secretValues(
    sources.flatMap((source) => source.filled),
    sources.find((s) => s.file.path === secrets)?.value,
  );
  if (problems.length > 0) {
    // What is wrong with a value quotes it, and a key may stand in the wrong place.
    const given = sources.flatMap((source) => source.filled.map(({ value }) => value));
    throw invalidConfig(maskAll(problems, createMasker([...hidden, ...given])));
  }

  const config = complete(whole, projectDir, paths);
  rememberSecrets(config, hidden);
  const origin = new Map([...merged.origins].map(([key, from]) => [key.replaceAll('\u0000', '.'), from]));
  for (const [i, { spec, file, line }] of fromFiles.entries())
    for (const key of Object.keys(spec))
      origin.set(`agents.definitions.${listed.length + i}.${key}`, `${file}:${line}`);
  return { config, warnings, origin };
}

function agentsOfFiles(
  { agents = {}, mcp }: MergedConfig,
  place: { projectDir: string; cwd: string; homeDir: string },
  problems: ConfigProblem[],
  warnings: ConfigProblem[],
): FileAgent[] {
  const found = loadAgents({
    ...place,
    searchPaths: agents.search_paths,
    defined: (agents.definitions ?? []).map(({ name }) => name),
    servers: mcp?.servers ?? {},
  });
  problems.push(...found.problems);
  warnings.push(...found.warnings);
  return found.agents;
}

function readSource(path: string, cwd: string, env: NodeJS.ProcessEnv): Source {
  const below = relative(cwd, path);
  const file = readYaml(path, below.startsWith('..') ? path : below);
  const pruned = prune(file.value);
  const { value, filled, unset } = interpolate(pruned.value, env);
  const tree = value as Tree;
  // A required key that is left out for its unset variable is reported as unset only.
  const left = new Set(unset.map((item) => pathKey(item.path)));
  const wrong = validate(tree).filter((finding) => !left.has(pathKey(finding.path)));
  const place = (finding: Finding) => toProblem(finding, file);
  return {
    file,
    value: tree,
    filled,
    unset,
    warnings: pruned.warnings.map(place),
    problems: [...file.problems, ...[...pruned.findings, ...wrong].map(place).sort(byLine)],
    origin: (at) => `${file.name}:${placeOf(file, at)?.line ?? 1}`,
  };
}

const byLine = (a: ConfigProblem, b: ConfigProblem) =>
  (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

function toProblem({ path, problem, fix }: Finding, file: YamlFile): ConfigProblem {
  return { file: file.name, ...placeOf(file, path), key: path.join('.'), problem, fix };
}

/** In the last file that has the key itself, else the first that has one above it. */
function locate(finding: Finding, sources: readonly Source[]): ConfigProblem {
  const exact = [...sources].reverse().find((source) => source.file.places.has(pathKey(finding.path)));
  const source = exact ?? sources.find(({ file }) => placeOf(file, finding.path) !== undefined);
  return source === undefined
    ? { key: finding.path.join('.'), problem: finding.problem, fix: finding.fix }
    : toProblem(finding, source.file);
}

/** By line where a file has the key itself, else by the flag or variable that brought it. */
function place(finding: Finding, sources: readonly Source[], merged: Merged): ConfigProblem {
  const key = pathKey(finding.path);
  const written = sources.some(({ file }) => file.places.has(key));
  return written || !merged.origins.has(key) ? locate(finding, sources) : nameSource(finding, merged);
}

/** A value that a flag or a variable brought is named after it. */
function nameSource({ path, problem, fix }: Finding, merged: Merged): ConfigProblem {
  const from = merged.origins.get(pathKey(path));
  return { key: from === undefined ? path.join('.') : `${path.join('.')} (${from})`, problem, fix };
}

function addAddress(files: Merged, report: (finding: Finding) => void): void {
  const temporal = files.value.temporal as { host?: string; port?: number; address?: string } | undefined;
  if (typeof temporal !== 'object' || (temporal.host === undefined && temporal.port === undefined)) return;
  const { host = '', port = 0 } = temporal;
  if (typeof host !== 'string' || typeof port !== 'number') return;
  const joined = joinAddress(temporal.host, temporal.port);
  if ('problem' in joined) {
    report({ path: ['temporal', 'host'], ...joined });
    return;
  }
  temporal.address = joined.address;
  const from = files.origins.get(pathKey(['temporal', temporal.host === undefined ? 'port' : 'host']));
  files.origins.set(pathKey(['temporal', 'address']), from ?? 'default');
}

/** A profile's credentials go to the profile's own address only. */
function fitting(profile: Profile, upper: Merged, warnings: ConfigProblem[]): Layer {
  const own = profile.value.temporal as { address?: string; namespace?: string };
  const address = (upper.value.temporal as { address?: string } | undefined)?.address;
  if (own.address === undefined || address === undefined || address === own.address) return profile;
  if (profile.chosen) {
    warnings.push({
      key: 'temporal.address',
      problem: `${address} (${upper.origins.get(pathKey(['temporal', 'address']))}) wins over profile ${profile.name}, whose credentials are not used`,
      fix: 'remove temporal.host from the config, or pass --address',
    });
  }
  return { ...profile, value: {} };
}

/** The keys whose variable is unset and which no other layer gives. */
function leftOut(sources: readonly Source[], merged: Merged): string[][] {
  const unset = sources.flatMap((source) => source.unset.map(({ path }) => path));
  return unset.filter((path) => !merged.origins.has(pathKey(path)));
}

function encryptionKeyId([section, part, list, id]: string[]): string[] {
  return section === 'temporal' && part === 'encryption' && list === 'keys' && id ? [id] : [];
}

function checkUnset(
  sources: readonly Source[],
  merged: Merged,
  whole: MergedConfig,
  problems: ConfigProblem[],
  warnings: ConfigProblem[],
): void {
  const fallback = defaultProvider(whole);
  // Of a config with mistakes, too: anything may stand anywhere.
  const agents: unknown = whole.agents?.definitions;
  const named = (Array.isArray(agents) ? agents : []).map((agent) => agent?.model);
  const models = named.filter((model) => typeof model === 'string').map((model) => model.split(':')[0]);
  const used = new Set<string | undefined>([fallback, ...models]);
  sources.forEach((source, index) => {
    for (const { path, variable } of source.unset) {
      // Another layer gives the value: nothing is missing.
      const later = sources.slice(index + 1).some(({ file }) => file.places.has(pathKey(path)));
      if (later || merged.origins.has(pathKey(path))) continue;
      const section = path[0]!;
      const isProvider = (PROVIDERS as readonly string[]).includes(section);
      const finding = {
        path,
        problem: `\${${variable}} is not set`,
        fix: `set ${variable}, or write \${${variable}:-default}`,
      };
      if (!isProvider || used.has(section)) problems.push(toProblem(finding, source.file));
      else if (fallback === undefined) warnings.push(toProblem(finding, source.file));
    }
  });
}
