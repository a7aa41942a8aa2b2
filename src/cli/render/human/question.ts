import { formFields, type Question } from '../../../core/index.js';
import { oneLine } from '../width.js';

type Asked = Pick<Question, 'prompt' | 'choices' | 'tool' | 'schema' | 'url' | 'sampling'> & {
  kind: Question['kind'];
};

/** What is asked, as one line that can't steer the terminal; of a tool's question who asks stands first. */
export function questionText(
  { kind, prompt, choices = [], tool, schema, url, sampling }: Asked,
  max = 500,
): string {
  if (kind === 'form' || kind === 'url') {
    const who = tool === undefined ? 'a tool' : `${tool.server}.${tool.tool}`;
    const what = kind === 'url' ? `wants a page visited: ${prompt}` : `asks: ${prompt}`;
    // The page whole: a person must see where a link leads.
    const more = kind === 'url' ? ` ${oneLine(url ?? '', 4_000)}` : ` ${oneLine(fieldsText(schema), max)}`;
    return oneLine(`${who} ${what}`, max) + more;
  }
  if (kind === 'sampling') {
    const { messages = [], maxTokens } = sampling ?? {};
    const last = messages.at(-1)?.text ?? '';
    const size = maxTokens === undefined ? '' : ` (${maxTokens} tokens at most)`;
    return oneLine(`${prompt}${last && ` ${JSON.stringify(last)}`}${size}`, max);
  }
  const offered = choices.length === 0 ? '' : ` [${choices.join(' / ')}]`;
  const args = tool === undefined ? '' : ` ${JSON.stringify(tool.arguments)}`;
  return oneLine(prompt + offered + args, max);
}

/** The flags of `mcpa answer` for such a question. */
export function answerFlags({ kind, choices }: Asked): string {
  if (kind === 'approval' || kind === 'sampling') return '--approve | --refuse';
  if (kind === 'form') return "--input '{…}' | --decline | --cancel";
  if (kind === 'url') return '--done | --decline | --cancel';
  return choices === undefined ? '--text TEXT' : '--choice CHOICE';
}

function fieldsText(schema: Question['schema']): string {
  if (schema === undefined) return '';
  const fields = formFields(schema).map(({ name, type, format, options, required, default: preset }) => {
    const kind = options?.map(({ value }) => value).join('|') ?? format ?? type;
    const several = type === 'choices' ? ', several' : '';
    const fallback = preset === undefined ? '' : `, ${JSON.stringify(preset)}`;
    return `${name}${required ? '' : '?'} (${kind}${several}${fallback})`;
  });
  return `{${fields.join(', ')}}`;
}
