export { askModel as ask } from '../hand-written/model.mjs';
export { runTool as callTool } from '../hand-written/tools.mjs';
