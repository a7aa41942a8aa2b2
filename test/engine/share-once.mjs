import { shareEngine } from '../../dist/engine/index.js';

const [projectDir, binary] = process.argv.slice(2);
const engine = await shareEngine({ projectDir, binary, port: 0, headless: true });
console.log(JSON.stringify({ address: engine.address, pid: engine.pid, started: engine.started }));
process.stdin.on('end', async () => {
  await engine.stop();
  process.exit(0);
});
process.stdin.resume();
