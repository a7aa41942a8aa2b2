import { DEFAULT_TIMEOUT_SECONDS, type MergedConfig } from '../defaults.js';
import type { Finding } from './validate.js';

/** An activity whose worker is silent for so many heartbeats is given to another. */
const SILENT_HEARTBEATS = 3;

/**
 * Deadlines that nest: a call of an MCP server ends before its activity, and a dead worker is noticed before the
 * activity's end. A default of mcpa gives way by itself; what the config sets must fit.
 */
export function checkDeadlines({ temporal = {}, mcp }: MergedConfig): Finding[] {
  const findings: Finding[] = [];
  const budget = temporal.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS;
  const isDefault = temporal.timeout_seconds === undefined ? ', its default' : '';
  const outer = `temporal.timeout_seconds (${budget}${isDefault}), the time of a whole activity`;
  const inside = (path: string[], value: number | undefined, what = '') => {
    if (value === undefined || value < budget) return;
    findings.push({
      path,
      problem: `${what || value} does not end before ${outer}`,
      fix: `lower it, or raise temporal.timeout_seconds above ${Math.ceil(value)}`,
    });
  };
  for (const [name, server] of Object.entries(mcp?.servers ?? {})) {
    const path = ['mcp', 'servers', name];
    // Files of mcp-agent load as they are: its names of these keys are not held to a budget that meant another thing.
    inside([...path, 'timeout_seconds'], server.timeout_seconds);
    inside([...path, 'connect_timeout_seconds'], server.connect_timeout_seconds);
    for (const [tool, own] of Object.entries(server.tools ?? {}))
      inside([...path, 'tools', tool, 'timeout_seconds'], own.timeout_seconds);
  }
  const { heartbeat_seconds: beat } = temporal;
  if (beat !== undefined)
    inside(
      ['temporal', 'heartbeat_seconds'],
      SILENT_HEARTBEATS * beat,
      `${SILENT_HEARTBEATS} missing heartbeats of ${beat} s`,
    );
  return findings;
}
