/** As ajv writes a problem: the value's JSON Pointer behind `data`, then what it must be. */
const PROBLEM = /(^|, )data((?:\/[^\s,]*)?) must (.+?)(?=, data(?:\/[^\s,]*)? must |$)/gs;

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** What the schema's checker says of arguments, in the words of who gives them. */
export function argumentProblem(message: string): string {
  return message.replace(PROBLEM, (_all, separator: string, pointer: string, wanted: string) => {
    const place = pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .join('.');
    return separator.replace(', ', '; ') + sentence(place, wanted);
  });
}

function sentence(place: string, wanted: string): string {
  const missing = /^have required property '(.*)'$/s.exec(wanted)?.[1];
  if (missing !== undefined) return `${place === '' ? missing : `${place}.${missing}`} is required`;
  const types = /^be ((?:string|number|integer|boolean|object|array|null)(?:,\w+)*)$/.exec(wanted)?.[1];
  const must = types === undefined ? wanted.replace(/^NOT /, 'not ') : `be ${typesText(types)}`;
  return `${place === '' ? 'the arguments' : place} must ${must}`;
}

function typesText(types: string): string {
  return types
    .split(',')
    .map((type) => TYPES[type] ?? type)
    .join(' or ');
}
