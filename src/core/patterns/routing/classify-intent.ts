import { askValid, type Fields, isFields, listIn, objectSchema, textIn } from '../ask-valid.js';
import { byName, type Generates, withFork } from '../generates.js';
import { menu } from '../sources.js';
import { type Choice, checkChoices, checkTopK, choicesSchema } from './choices.js';

export interface Intent {
  name: string;
  description: string;
  /** What people say who mean it. */
  examples?: readonly string[];
}

export interface ClassifyIntentOptions {
  /** Decides. */
  classifier: Generates;
  intents: readonly Intent[];
  /** The most intents that are returned; 1 by default. */
  topK?: number;
  prompt?: (context: { text: string; intents: string; topK: number }) => string;
}

export interface IntentMatch extends Choice {
  /** How likely it is meant, 0 to 1, as the model says. */
  score: number;
  /** What the text names that belongs to the intent. */
  entities: Array<{ name: string; value: string }>;
}

const MORE = {
  score: { type: 'number', description: 'How likely it is meant, 0 to 1' },
  entities: {
    type: 'array',
    items: objectSchema({ name: { type: 'string' }, value: { type: 'string' } }),
    description: 'What the text names that belongs to the intent',
  },
};

/**
 * Tells what a text is meant for; best first, empty when no intent fits.
 *
 * @example
 * const [intent] = await classifyIntent('Where is my parcel?', { classifier, intents: [{ name: 'track', description: 'Asks for a delivery' }] });
 */
export async function classifyIntent(text: string, options: ClassifyIntentOptions): Promise<IntentMatch[]> {
  const { classifier, intents, topK = 1, prompt = intentPrompt } = options;
  checkTopK('classifyIntent', topK);
  const names = [...byName('classifyIntent', intents).keys()];
  const list = menu(
    intents.map(({ name, description, examples }) => ({ name, about: about(description, examples) })),
  );
  return withFork(classifier, (agent) =>
    askValid(agent, prompt({ text, intents: list, topK }), choicesSchema(names, MORE), (answer) =>
      checkChoices(answer, names, topK, (choice, fields) => ({
        ...choice,
        score: scoreOf(fields),
        entities: entitiesOf(fields),
      })),
    ),
  );
}

function about(description: string, examples: readonly string[] = []): string {
  const said = examples.map((example) => JSON.stringify(example)).join(', ');
  return said === '' ? description : `${description} For example: ${said}`;
}

function scoreOf({ score }: Fields): number {
  return typeof score === 'number' && Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
}

function entitiesOf(fields: Fields): IntentMatch['entities'] {
  return listIn(fields, 'entities')
    .filter(isFields)
    .map((entity) => ({ name: textIn(entity, 'name'), value: textIn(entity, 'value') }));
}

function intentPrompt({ text, intents, topK }: { text: string; intents: string; topK: number }): string {
  return `Which of these intents does the text have? Name at most ${topK}, the likeliest first. Name none if none fits.

${intents}

<text>
${text}
</text>`;
}
