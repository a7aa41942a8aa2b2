import { PATTERNS } from './expected.js';
import { livesOf } from './lives.js';

livesOf(PATTERNS);
