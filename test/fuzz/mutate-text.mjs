/** What is put between two lines or two characters of a text. */
const PIECES = [
  '\u0000', '\ufeff', '\t', '\r\n', '\r', '\u2028', '\u0085', '\u001b[2J', ':', ': ', '- ', '---\n', '...\n', '%YAML 9.9\n---\n', '#',
  '&a ', '*a', '*a\n', '<<: *a\n', '<<: [*a, 1]\n', '!!binary ', '!!set ', '!!timestamp ', '!<tag:x> ', '? ', '|\n', '>-\n', '"', "'", '`', '{', '}', '[', ']', '[[[[[[',
  '__proto__:\n  polluted: yes\n', 'constructor:\n  prototype:\n    polluted: yes\n', '"__proto__": {"polluted": true},\n', '  <<: {__proto__: {polluted: 1}}\n',
  '${HOME}', '${PLANTED_KEY}', '${UNSET}', '${A:-${B:-${C}}}', '${', '${${PLANTED_KEY}}', '$${X}', '0x7fffffffffffffffffff', '.inf', '.nan', '~', '1e9999', '\ud83d', 'é', '\u202e',
]; // biome-ignore format: a list to look over

const lines = (text) => text.split('\n');

const CHANGES = [
  // A byte becomes another.
  (text, random) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes.toString('latin1') === text ? text : bytes.toString();
  },
  (text, random) => {
    const all = lines(text);
    const [a, b] = [random.below(all.length), random.below(all.length)];
    [all[a], all[b]] = [all[b], all[a]];
    return all.join('\n');
  },
  (text, random) => {
    const all = lines(text);
    all.splice(random.below(all.length), 1 + random.below(3));
    return all.join('\n');
  },
  (text, random) => {
    const all = lines(text);
    const at = random.below(all.length);
    all.splice(at, 0, all[random.below(all.length)]);
    return all.join('\n');
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  },
  (text, random) => {
    const all = lines(text);
    all.splice(random.below(all.length + 1), 0, random.pick(PIECES).trimEnd());
    return all.join('\n');
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + text.slice(Math.min(text.length, at + random.below(40)));
  },
  // Another indentation.
  (text, random) => {
    const all = lines(text);
    const at = random.below(all.length);
    all[at] = random.pick([' ', '   ', '\t', '']) + all[at].replace(/^ {0,2}/, '');
    return all.join('\n');
  },
  (text, random) =>
    random.pick([
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      `\ufeff${text}`,
      text.replaceAll('  ', '\t'),
    ]),
  // A value becomes another one.
  (text, random) => {
    const all = lines(text);
    const at = random.below(all.length);
    all[at] = all[at].replace(/:.*$/, `: ${random.pick(PIECES).replaceAll('\n', ' ')}`);
    return all.join('\n');
  },
];

/** A text with one to `most` changes. */
export function mutateText(text, random, most = 3) {
  let result = text;
  for (let n = 1 + random.below(most); n > 0; n--) result = random.pick(CHANGES)(result, random);
  return result;
}

/** Bytes with a few that are no text any more. */
export function mutateBytes(bytes, random, most = 3) {
  const copy = Buffer.from(bytes);
  for (let n = 1 + random.below(most); n > 0 && copy.length > 0; n--)
    copy[random.below(copy.length)] = random.below(256);
  return copy;
}

/** What a reader of YAML could choke on as a whole. */
export const BOMBS = [
  `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((name, n) => `${name}: &${name} [${`*${'abcdefghi'[n]},`.repeat(9).slice(0, -1)}]`).join('\n')}\n`,
  'a: &a\n  b: *a\n',
  'mcp: &m\n  servers: &s\n    x: {command: a, env: *s}\n',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}`,
  Array.from({ length: 2_000 }, (_, n) => `${' '.repeat(n)}k:`).join('\n'),
  `temporal:\n  host: "${'h'.repeat(1_000_000)}"\n`,
  Array.from({ length: 20_000 }, (_, n) => `key${n}: ${n}`).join('\n'),
  `mcp:\n  servers:\n${Array.from({ length: 1_500 }, (_, n) => `    s${n}: {command: c, toolz: 1}`).join('\n')}`,
  `workflows: ["${'{a,'.repeat(200)}${'}'.repeat(200)}"]`,
  `? ${'x'.repeat(3_000)}\n: 1`,
  '? {a: 1}\n: 2\n? [1]\n: 3\n',
  '!!set {a, b}', '!!omap [a: 1]', '!!binary "////"', '--- a\n--- b\n', '', '\n\n', '# nothing', 'null', '42', '"text"', '- a\n- b\n', '\u0000'.repeat(100),
  'temporal: 2001-12-14t21:59:43.10-05:00', 'anthropic: {api_key: *sk-planted-alias-0123456789}', 'anthropic: {api_key: !sk-planted-tag-0123456789 x}',
]; // biome-ignore format: a list to look over
