import { findEngine } from '../../dist/engine/index.js';

const messages = [];
const found = await findEngine({ allowDownload: false, onProgress: (event) => messages.push(event.message) });
console.log(JSON.stringify({ ...found, messages }));
