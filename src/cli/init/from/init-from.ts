import { McpaError } from '../../../core/index.js';
import { type TakenOver, takeOver } from './take-over.js';
import { existing, writeFiles } from './write-files.js';

/** Writes the project; nothing is overwritten without `force`, and never the project it is taken from. */
export async function initFrom(
  source: string,
  target: string,
  values: { name: string; mcpa: string },
  force: boolean,
): Promise<TakenOver> {
  if (source === target)
    throw new McpaError('PROJECT_EXISTS', `${target} is the project to take over`, {
      hint: 'name another folder for the new project: mcpa init my-agents --from .',
    });
  const taken = await takeOver(source, values);
  const there = existing(target, taken.files);
  if (there.length > 0 && !force)
    throw new McpaError('PROJECT_EXISTS', `${target} has ${there.slice(0, 5).join(', ')} already`, {
      hint: 'choose another folder, or add --force to overwrite these files',
    });
  await writeFiles(target, taken.files);
  return taken;
}
