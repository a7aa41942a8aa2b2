import { Agent, swarm, tool } from 'mcpa/workflow';
import type * as activities from '../activities.js';

export interface Served {
  answer: string;
  /** Who worked on it, in order. */
  by: string[];
  context: Record<string, string>;
}

/** What is known before anybody asks; each agent reads it, and may add to it. */
const PASSENGER = { passenger: 'Ada Byron', booking: 'XK71', flight: 'MC 1919 from Lisbon to Oslo' };

/** Agents of an airline hand a passenger's request over to one another until one of them has served it. */
export async function AirlineServiceWorkflow(
  request: string,
  known: Record<string, string> = PASSENGER,
): Promise<Served> {
  const triage = new Agent({
    name: 'triage',
    instruction: 'Find out what the passenger wants, and hand over to who does that.',
  });
  const flightChange = new Agent({
    name: 'flight_change',
    instruction: 'Find a seat on another flight. Where there is none, hand over to flight_cancel.',
    tools: [act('findSeat', 'Looks for a free seat', 'flight', 'after')],
  });
  const flightCancel = new Agent({
    name: 'flight_cancel',
    instruction: 'Cancel a booking, and pay it back.',
    tools: [act('refund', 'Pays a booking back', 'booking')],
  });
  const lostBaggage = new Agent({
    name: 'lost_baggage',
    instruction: 'Find bags that did not arrive.',
    tools: [act('searchBag', 'Looks for a bag by its tag', 'tag')],
  });

  const { text, replies, context } = await swarm(request, {
    members: [
      { agent: triage },
      { agent: flightChange, handOffs: ['flight_cancel', 'triage'] },
      { agent: flightCancel, handOffs: ['triage'] },
      { agent: lostBaggage, handOffs: ['triage'] },
    ],
    context: known,
  });
  return { answer: text, by: replies.map(({ agent }) => agent), context };
}

/** An activity as a tool: its name and the texts it takes. */
function act(run: keyof typeof activities, description: string, ...texts: string[]) {
  const properties = Object.fromEntries(texts.map((name) => [name, { type: 'string' }]));
  return tool({ name: run, description, schema: { type: 'object', properties, required: texts }, run });
}
