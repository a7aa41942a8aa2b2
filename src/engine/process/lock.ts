export { withLock } from '../../config/index.js';
