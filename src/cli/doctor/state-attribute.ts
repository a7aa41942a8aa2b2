import type { App } from '../../client/index.js';
import { isMcpaError } from '../../core/index.js';
import type { Finding } from './checks.js';

const check = 'states';

/** Without the search attribute all works, but `list --status human` and `inbox` read every open run. */
export async function stateAttribute(app: App, fix: boolean): Promise<Finding> {
  if (await app.hasStateAttribute())
    return { check, state: 'good', message: 'the namespace has the search attribute McpaState' };
  const message =
    'the namespace has no search attribute McpaState: inbox and list --status read all open runs';
  if (!fix) return { check, state: 'note', message, fix: 'mcpa doctor --fix' };
  try {
    await app.addStateAttribute();
    return { check, state: 'good', message: 'added the search attribute McpaState: runs from now on use it' };
  } catch (error) {
    if (!isMcpaError(error)) throw error;
    const advice = error.hint === undefined ? {} : { fix: error.hint };
    return { check, state: 'bad', message: error.message, ...advice };
  }
}
