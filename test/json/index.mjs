// Shapes of what `--json` prints: the tests hold the commands to them, docs/json.md is written from them.
import { actShapes } from './act.mjs';
import { humanShapes } from './human.mjs';
import { lookShapes } from './look.mjs';
import { mcpShapes } from './mcp.mjs';
import { projectShapes } from './project.mjs';
import { replayShapes } from './replay.mjs';
import { runShapes } from './run.mjs';
import { serveShapes } from './serve.mjs';
import { tailShapes } from './tail.mjs';

/** By command; each shape has a description and is versioned by `v` or by the command's own field. */
export const shapes = {
  ...actShapes,
  ...humanShapes,
  ...lookShapes,
  ...mcpShapes,
  ...projectShapes,
  ...replayShapes,
  ...runShapes,
  ...serveShapes,
  ...tailShapes,
};
