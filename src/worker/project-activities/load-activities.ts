import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../../config/index.js';
import { McpaError } from '../../core/index.js';
import { parseSource } from '../bundle/source/parse-source.js';
import { readExports } from '../bundle/source/read-exports.js';
import { bundleActivities } from './bundle-activities.js';

type Activity = (...args: unknown[]) => unknown;
type Exports = Record<string, unknown>;

/** The activities of the project's files, by name; what they import is loaded into this process. */
export async function loadActivities(
  config: Config,
  onWarning: (message: string) => void = () => undefined,
): Promise<Record<string, Activity>> {
  const bundle = await bundleActivities(config, onWarning);
  if (bundle === undefined) return {};
  const loaded = await load(bundle.path, config.projectDir);
  const activities: Record<string, Activity> = {};
  const owners = new Map<string, string>();
  for (const [i, file] of bundle.files.entries()) {
    const found = activitiesOf(loaded[`file${i}`] ?? {}, file);
    if (Object.keys(found).length === 0)
      onWarning(`${relative(config.projectDir, file)} exports no function: it has no activity`);
    for (const [name, run] of Object.entries(found)) {
      const owner = owners.get(name);
      if (owner !== undefined && activities[name] !== run) throw twice(name, owner, file);
      activities[name] = run;
      owners.set(name, owner ?? file);
    }
  }
  return activities;
}

/** mcpa's names are its own, wherever an activity comes from. */
export function refuseOwnNames(activities: object, file = 'createWorker({ activities })'): void {
  const name = Object.keys(activities).find((each) => each.startsWith('mcpa.'));
  if (name === undefined) return;
  throw new McpaError('ACTIVITY_DUPLICATE', `${file}: ${name} is a name of mcpa's own activities`, {
    hint: 'Rename it: names that start with `mcpa.` are reserved.',
  });
}

async function load(path: string, projectDir: string): Promise<Record<string, Exports>> {
  // A failure's stack then names the project's files and lines.
  process.setSourceMapsEnabled(true);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, Exports>;
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const frames = [...stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+):(\d+):\d+/g)];
    const frame = frames.find(
      ([, file]) => file!.startsWith(projectDir) && !/node_modules|\.mcpa/.test(file!),
    );
    const place = frame === undefined ? 'the activities' : `${frame[1]}:${frame[2]}`;
    throw new McpaError('ACTIVITY_INVALID', `${place}: can't be loaded: ${message}`, {
      hint: 'Code at the top of an activity file runs when a worker starts, and must not fail there.',
      cause: error,
    });
  }
}

function activitiesOf(module: Exports, file: string): Record<string, Activity> {
  const functions = Object.entries(module).filter(([, value]) => typeof value === 'function');
  const entries = (functions as Array<[string, Activity]>).filter(([, value]) => !isClass(value));
  const activities = Object.fromEntries(entries.filter(([name]) => name !== 'default'));
  const nameless = entries.some(
    ([name, value]) => name === 'default' && !Object.values(activities).includes(value),
  );
  if (nameless) {
    throw new McpaError(
      'ACTIVITY_INVALID',
      `${placeOf(file, 'default')}: a default export has no name to call it by`,
      {
        hint: 'Write `export async function charge(order) { … }`: the export name is the name of the activity.',
      },
    );
  }
  refuseOwnNames(activities, file);
  return activities;
}

const isClass = (value: Activity) => /^class\b/.test(Function.prototype.toString.call(value));

function twice(name: string, one: string, other: string): McpaError {
  const places = `${placeOf(one, name)} and ${placeOf(other, name)}`;
  return new McpaError('ACTIVITY_DUPLICATE', `two activities are named ${name}: ${places}`, {
    hint: 'The export name is the name of the activity: rename one of them.',
  });
}

function placeOf(file: string, name: string): string {
  const line = readExports(parseSource(file)).exports.get(name)?.line;
  return line === undefined ? file : `${file}:${line}`;
}
