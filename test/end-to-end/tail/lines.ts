import type { RunEvent } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';

/** The events that `mcpa tail --json` printed, each held to its documented shape. */
export function eventsOf(stdout: string): RunEvent[] {
  const lines = stdout.split('\n').filter(Boolean);
  return lines.map((line) => shapes.tail.parse(JSON.parse(line)) as RunEvent);
}

/** What an event says, without how far the reader was. */
export function said({ cursor: _, ...event }: RunEvent): string {
  return JSON.stringify(event, Object.keys(event).sort());
}

export const durable = (events: RunEvent[]) => events.filter((event) => event.cursor !== undefined);
