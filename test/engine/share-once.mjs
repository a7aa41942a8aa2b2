import { joinEngine, shareEngine } from '../../dist/engine/index.js';

// Holds the engine of a project, or with `join` that of whichever project is on the port, until stdin ends.
const [projectDir, binary, port = '0', how = 'share'] = process.argv.slice(2);
const engine =
  how === 'join'
    ? await joinEngine(Number(port))
    : await shareEngine({ projectDir, binary, port: Number(port), headless: true });
console.log(
  JSON.stringify(engine ? { address: engine.address, pid: engine.pid, started: engine.started } : {}),
);
process.stdin.on('end', async () => {
  await engine?.stop();
  process.exit(0);
});
process.stdin.resume();
