const LONG = 'x'.repeat(200_000);

/** What stands where something else should: types, sizes, names and characters that break readers. */
export const ODD_VALUES = [
  null, true, false, 0, -1, 1.5, 1e308, -0, 9_007_199_254_740_991, 4_294_967_296, '', ' ', '0', '-1', 'true', 'NaN', '1e999',
  [], {}, [null], [[]], { '': '' }, ['a', 1, null, {}], { type: 'text' }, { __proto__: null, length: 1e9 }, LONG,
  'a\u0000b', '\u001b[2J\u001b]0;owned\u0007', '\u202Egnp.exe', '\r\nX-Injected: 1', '\ud800', '\u{1F600}', '../../../etc/passwd',
  '${', '${}', '${HOME', '${HOME:-${HOME}}', '$${HOME}', '${__proto__}', '${UNSET_VARIABLE}', '${PLANTED_KEY}',
  '*', '&a', '!!js/function', '<<', '=', '- - -', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  'http://[', 'file:///etc/passwd', 'https://user:pass@host', '**/*', '{a,{b,{c', '[', '[z-a]', '(a+)+$', '\\',
]; // biome-ignore format: a list to look over

export const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '',
  ' ',
  '<<',
  '0',
  'x-own',
  'a.b',
  'a\u0000b',
  'then',
  'toJSON',
];

/** Every place in a value: the holder, and the key in it. */
function places(value, found = [], depth = 0) {
  if (typeof value !== 'object' || value === null || depth > 30) return found;
  for (const key of Object.keys(value)) {
    found.push([value, key]);
    places(value[key], found, depth + 1);
  }
  return found;
}

export function deep(random, depth = 20 + random.below(2_000)) {
  let value = 1;
  const inList = random.chance(0.5);
  for (let n = 0; n < depth; n++) value = inList ? [value] : { a: value };
  return value;
}

export function oddValue(random) {
  if (random.chance(0.03)) return deep(random);
  return structuredClone(random.pick(ODD_VALUES));
}

/** A copy of JSON with one to `most` places changed. */
export function mutateValue(value, random, most = 4) {
  const copy = structuredClone(value);
  for (let n = 1 + random.below(most); n > 0; n--) {
    const all = places(copy);
    if (all.length === 0) return oddValue(random);
    change(random.pick(all), all, random);
  }
  return copy;
}

function change([holder, key], all, random) {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      put(holder, key, oddValue(random));
      break;
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 4: {
      const [other, otherKey] = random.pick(all);
      put(holder, key, copied(other[otherKey]));
      break;
    }
    case 5:
      if (Array.isArray(holder)) holder.push(oddValue(random));
      else put(holder, random.pick(ODD_KEYS), random.chance(0.5) ? copied(holder[key]) : oddValue(random));
      break;
    case 6:
      put(
        holder,
        key,
        random.chance(0.5) ? [copied(holder[key])] : { [random.pick(ODD_KEYS)]: copied(holder[key]) },
      );
      break;
    default: {
      if (Array.isArray(holder)) return void holder.reverse();
      const name = random.chance(0.5)
        ? random.pick(ODD_KEYS)
        : `${key.slice(0, -1)}${random.pick(['', 's', 'x', '_'])}`;
      const moved = holder[key];
      delete holder[key];
      put(holder, name, moved);
    }
  }
}

/** As a parser would: `__proto__` becomes a key like any other. */
function put(holder, key, value) {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function copied(value) {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
