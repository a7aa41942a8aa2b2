import type { ModelResponse } from '../model.js';

/** The Responses API has no stop sequences: the text is cut where one would have ended it. */
export function cutAtStop(response: ModelResponse, sequences: string[] = []): ModelResponse {
  for (const [index, part] of response.content.entries()) {
    if (part.type !== 'text') continue;
    const places = sequences.map((sequence) => part.text.indexOf(sequence)).filter((place) => place >= 0);
    if (places.length === 0) continue;
    const text = part.text.slice(0, Math.min(...places));
    const content = [...response.content.slice(0, index), ...(text === '' ? [] : [{ ...part, text }])];
    return { ...response, content, stopReason: 'stop_sequence' };
  }
  return response;
}
