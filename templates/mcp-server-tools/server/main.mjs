// mcpa starts it as a child process, in the project's folder (mcp_agent.config.yaml). Its stdout belongs to the
// protocol: log to stderr.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { warehouse } from './warehouse.mjs';

serveStdio(() => warehouse(process.env.WAREHOUSE_FILE ?? 'data/warehouse.json'));
