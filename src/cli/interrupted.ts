import { McpaError } from '../core/index.js';

/** For Ctrl-C before there is anything to follow. */
export function interruptedEarly(): McpaError {
  return new McpaError('INTERRUPTED', 'interrupted while starting; nothing is left running', {
    hint: 'start the command again',
  });
}
