import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PlainView } from '../../../dist/cli/render/plain-view.js';
import { HistoryReader } from '../../../dist/client/history/history-reader.js';
import { RebuiltConversations } from '../../../dist/client/look/messages/rebuilt-conversations.js';
import { ERROR_CODES, isMcpaError } from '../../../dist/core/index.js';
import { readHistory } from '../../../dist/worker/replay/read-history.js';
import { mutateText } from '../mutate-text.mjs';
import { mutateValue, oddValue } from '../mutate-value.mjs';

const folder = resolve(import.meta.dirname, '../../histories/0.1.0');
/** What steers a terminal; a line may be several, and has no colours here. */
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const STEERING = ['\u001b[2J', '\u001b]0;owned\u0007', '\r', '\u0007', '\u009b31m', '\u202e', 'a\nb'];

/** Histories that nobody recorded: lines, or an `McpaError`; nothing steers the terminal. */
export async function open() {
  const histories = readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .map((name) => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()).events);

  async function one(random) {
    const events = structuredClone(random.pick(histories));
    for (let n = 1 + random.below(5); n > 0; n--) change(events, random);
    let json = JSON.stringify(random.chance(0.5) ? { events } : events);
    if (random.chance(0.05)) json = mutateText(json, random);
    let history;
    try {
      ({ history } = readHistory(json, 'fuzz.json'));
    } catch (error) {
      return told(error);
    }
    for (let n = random.below(3); n > 0; n--) changeAsRead(history.events, random);
    const lines = [];
    try {
      tail(history.events, lines);
      const conversations = new RebuiltConversations();
      for (const event of history.events) conversations.take(event);
      JSON.stringify(conversations.list());
    } catch (error) {
      return told(error);
    }
    const steering = lines.find((line) => STEERS.test(line));
    if (steering !== undefined)
      throw new Error(`a line that steers the terminal: ${JSON.stringify(steering)}`);
    return 'lines';
  }
  return { one, close() {} };
}

/** As `tail` does with the history of one run. */
function tail(events, lines) {
  const reader = new HistoryReader();
  const view = new PlainView((line) => lines.push(line), { color: false }, true);
  for (const [n, event] of events.entries())
    for (const body of reader.read(event)) {
      const place = { time: new Date(n).toISOString(), workflowId: 'w', runId: 'r', cursor: String(n) };
      JSON.stringify(body);
      view.event({ ...body, ...place });
    }
}

function told(error) {
  if (!isMcpaError(error) || !(error.code in ERROR_CODES)) throw error;
  return error.code;
}

function change(events, random) {
  const at = random.below(events.length);
  switch (random.below(12)) {
    case 0:
      if (events.length > 1) events.splice(at, 1);
      return;
    case 1:
      events.splice(at, 0, structuredClone(random.pick(events)));
      return;
    case 2: {
      const other = random.below(events.length);
      [events[at], events[other]] = [events[other], events[at]];
      return;
    }
    case 3:
      events[at] = mutateValue(events[at], random, 2);
      return;
    case 5:
      return steer(events[at], random);
    default:
      return changePayload(events, random);
  }
}

/** What no file can say, and a later engine might: events of unknown types, and without their attributes. */
function changeAsRead(events, random) {
  const at = random.below(events.length);
  const name = Object.keys(events[at]).find((key) => key.endsWith('EventAttributes'));
  if (name === undefined || random.chance(0.3)) events.splice(at, 0, { eventId: 999, eventType: 9_999 });
  else events[at] = { ...events[at], [name]: random.chance(0.6) ? {} : null };
}

/** Names and texts that a client, a server or a model chose. */
function steer(event, random) {
  const texts = [];
  const visit = (value, depth = 0) => {
    if (typeof value !== 'object' || value === null || depth > 20) return;
    for (const [key, item] of Object.entries(value)) {
      if (
        typeof item === 'string' &&
        !/^(eventTime|eventId|eventType|data|encoding|.*EventId|.*Timeout|state|.*Id)$|^\d/.test(key)
      )
        texts.push([value, key]);
      visit(item, depth + 1);
    }
  };
  visit(event);
  if (texts.length === 0) return;
  const [holder, key] = random.pick(texts);
  holder[key] = random.pick(STEERING) + holder[key] + random.pick(STEERING);
}

function changePayload(events, random) {
  const payloads = [];
  const visit = (value, depth = 0) => {
    if (typeof value !== 'object' || value === null || depth > 20) return;
    if (typeof value.data === 'string' && value.metadata) payloads.push(value);
    for (const item of Object.values(value)) visit(item, depth + 1);
  };
  visit(events);
  if (payloads.length === 0) return;
  const payload = random.pick(payloads);
  const base64 = (text) => Buffer.from(text).toString('base64');
  switch (random.below(8)) {
    case 0:
      payload.metadata.encoding = base64(
        random.pick(['binary/encrypted', 'binary/plain', 'json/protobuf', 'binary/null', 'of/tomorrow', '']),
      );
      return;
    case 1:
      payload.data = random.pick([
        '',
        base64('{"half":'),
        base64('\u0000\u0001'),
        base64('[]'),
        base64('null'),
        '////',
        base64('undefined'),
      ]);
      return;
    case 2:
      payload.data = base64(JSON.stringify(oddValue(random)) ?? '');
      return;
    default: {
      let value;
      try {
        value = JSON.parse(Buffer.from(payload.data, 'base64').toString());
      } catch {
        return;
      }
      const other = random.chance(0.3) ? steered(value, random) : mutateValue(value, random, 3);
      payload.data = base64(JSON.stringify(other) ?? 'null');
    }
  }
}

/** Each text of a value may hold what steers. */
function steered(value, random) {
  if (typeof value === 'string') return random.chance(0.3) ? value + random.pick(STEERING) + value : value;
  if (Array.isArray(value)) return value.map((item) => steered(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, steered(item, random)]));
}
