/** A Python annotation as a TypeScript type; `any` where that would be a guess. */
export function typeOf(annotation: string | undefined): string {
  const text = (annotation ?? '').trim().replace(/^["']|["']$/g, '');
  const simple: Record<string, string> = {
    str: 'string',
    int: 'number',
    float: 'number',
    bool: 'boolean',
    None: 'void',
  };
  if (simple[text] !== undefined) return simple[text];
  const [, outer, inner] = /^(?:typing\.)?(\w+)\[([\s\S]*)\]$/.exec(text) ?? [];
  if (outer === 'WorkflowResult') return typeOf(inner);
  if (outer === 'Optional') return `${typeOf(inner)} | undefined`;
  if (outer === 'List' || outer === 'list') return listOf(typeOf(inner));
  if (text.endsWith('| None')) return `${typeOf(text.slice(0, -'| None'.length))} | undefined`;
  if (/^(dict|Dict)\b/.test(text)) return 'Record<string, any>';
  return 'any';
}

const listOf = (item: string): string => (item.includes(' ') ? `Array<${item}>` : `${item}[]`);
