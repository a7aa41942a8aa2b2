// Shapes of what `--json` prints: the tests hold the commands to them, docs/json.md is written from them.
import { humanShapes } from './human.mjs';
import { runShapes } from './run.mjs';

/** By command; each shape has a description and is versioned by `v` or by the command's own field. */
export const shapes = { ...humanShapes, ...runShapes };
