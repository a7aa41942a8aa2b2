export { requireToken } from './http/guard.js';
export { type HttpOptions, type HttpServing, serveOverHttp } from './http/serve-http.js';
export { projectServer } from './project-server.js';
export { serveOverStdio } from './serve-stdio.js';
export type { ServedProject } from './served-project.js';
export { stateKeyOf } from './state-key.js';
