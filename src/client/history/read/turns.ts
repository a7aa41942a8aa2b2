import type { AssistantPart, CallToolInput, GenerateInput } from '../../../core/index.js';

interface Turn {
  conversation: string;
  turn: number;
}

interface Asked extends Turn {
  agent: string;
  callId: string;
  text: string;
  made: boolean;
}

/** Which turn asked for a tool call: its activity names the agent and the call, and agents may share a name. */
export class Turns {
  #asked: Asked[] = [];
  readonly #forgotten = new Set<string>();

  /** A turn starts: what the one before asked for is settled. */
  begin({ conversation }: GenerateInput): void {
    this.#asked = this.#asked.filter((each) => each.conversation !== conversation);
  }

  ask({ agent, conversation, turn }: GenerateInput, content: AssistantPart[]): void {
    for (const part of content) {
      if (part.type !== 'tool_call' || part.target === undefined) continue;
      const text = JSON.stringify(part.arguments);
      this.#asked.push({ agent, conversation, turn, callId: part.id, text, made: false });
    }
  }

  /** The turn of a tool call: of several with its id, the one with its arguments, and not made before. */
  of({ agent, callId, arguments: args }: CallToolInput): Turn | undefined {
    const text = JSON.stringify(args);
    let best: Asked | undefined;
    let most = -1;
    for (const each of this.#asked) {
      if (each.agent !== agent || each.callId !== callId) continue;
      const fit = (each.made ? 0 : 2) + (each.text === text ? 1 : 0);
      if (fit > most) {
        best = each;
        most = fit;
      }
    }
    if (best === undefined) return undefined;
    best.made = true;
    return { conversation: best.conversation, turn: best.turn };
  }

  /** The worker forgot the conversation and gets it whole: the same turn is about to start once more. */
  forget({ conversation, turn }: GenerateInput): void {
    this.#forgotten.add(`${conversation}/${turn}`);
  }

  isRepeat({ conversation, turn }: GenerateInput): boolean {
    return this.#forgotten.delete(`${conversation}/${turn}`);
  }
}
