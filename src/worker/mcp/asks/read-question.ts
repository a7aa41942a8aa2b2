import { type JsonSchema, strangeField, type ToolQuestion } from '../../../core/index.js';

/** A run's memo carries it whole: a person must see where a link leads to the last character. */
const LONGEST_URL = 2_000;
/** History takes 2 MB for an event, and a round may have several questions. */
const LARGEST_FORM = 200_000;

/** What the server asks, or why nobody can be asked that. */
export function readQuestion(params: unknown): ToolQuestion | { problem: string } {
  const { mode = 'form', message, requestedSchema, url } = (params ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string') return { problem: 'a question without a message' };
  if (mode === 'url') return page(message, url);
  if (mode !== 'form') return { problem: `a question of the unknown mode ${JSON.stringify(mode)}` };
  if (typeof requestedSchema !== 'object' || requestedSchema === null)
    return { problem: 'a form without a schema' };
  const schema = requestedSchema as JsonSchema;
  const strange = strangeField(schema);
  if (strange !== undefined)
    return { problem: `a form whose field ${strange} is neither text, number, yes or no, nor a choice` };
  if (JSON.stringify(schema).length + message.length > LARGEST_FORM)
    return { problem: `a form of more than ${LARGEST_FORM} characters` };
  return { mode: 'form', message, schema };
}

/** Only what can't be read on its way: https, or this machine. */
function page(message: string, url: unknown): ToolQuestion | { problem: string } {
  if (typeof url !== 'string' || !URL.canParse(url)) return { problem: 'a visit to what is no URL' };
  const { protocol, hostname, href } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback))
    return {
      problem: `a visit to ${JSON.stringify(href.slice(0, 200))}, which is neither https nor on this machine`,
    };
  if (href.length > LONGEST_URL)
    return { problem: `a visit to a URL of more than ${LONGEST_URL} characters` };
  // As it is parsed: other scripts in a host name show as what they are.
  return { mode: 'url', message, url: href };
}
