// From the file and not from config's index, which loads zod and yaml: help and hand-over need neither.
export { PACKAGE_ROOT, packageVersion } from '../config/version.js';
