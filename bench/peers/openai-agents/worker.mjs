// A worker of @temporalio/openai-agents, run from a folder with its own install: node worker.mjs <address> <task queue>
import { fileURLToPath } from 'node:url';
import { MCPServerStdio } from '@openai/agents-core';
import { OpenAIProvider } from '@openai/agents-openai';
import { OpenAIAgentsPlugin, StatelessMCPServerProvider } from '@temporalio/openai-agents';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address, taskQueue] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('WARN') });
const echo = () =>
  new MCPServerStdio({ name: 'echo', command: process.execPath, args: [process.env.BENCH_ECHO_SERVER] });
const plugin = new OpenAIAgentsPlugin({
  modelProvider: new OpenAIProvider({
    apiKey: 'none',
    baseURL: process.env.BENCH_PROVIDER,
    useResponses: true,
  }),
  mcpServerProviders: [new StatelessMCPServerProvider('echo', echo)],
});
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflow.mjs', import.meta.url)),
  plugins: [plugin],
  maxConcurrentActivityTaskExecutions: 200,
  bundlerOptions: {
    // Without these its bundle doesn't load: webpack asks the sandbox for a browser's document.
    webpackConfigHook: (config) => ({
      ...config,
      output: { ...config.output, publicPath: '', asyncChunks: false },
    }),
  },
});
const running = worker.run();
console.error(`ready ${taskQueue}`);
await running;
await connection.close();
