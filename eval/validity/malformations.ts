// The ways in which models write answers badly, each at a place of the answer that a seed chooses.
import { placeOf, replaced, spelled, valueAt, without } from './places.ts'
import {
  type Malformation,
  changed,
  elsewhere,
  isLeaf,
  isList,
  isObject,
  isText,
  misspelled,
  unreadable,
  wrapped,
} from './malformation.ts'

const cut = (json: string, length: number): string => json.slice(0, length)
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isFilledObject = (value: unknown): boolean => isObject(value) && Object.keys(value).length > 0
const isFilled = (value: unknown): boolean => isFilledObject(value) || (isList(value) && value.length > 0)
const json = (value: unknown): string => JSON.stringify(value)
const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown

const around: readonly Malformation[] = [
  unreadable('cut off', (text, { random }) => cut(text, random.between(1, text.length - 1))),
  unreadable(
    'cut off in a fence',
    (text, { random }) => `\`\`\`json\n${cut(text, random.between(1, text.length - 1))}`,
  ),
  {
    kind: 'cut off at the ceiling',
    write: ({ answer, random }) => {
      const text = json(answer)
      return { text: cut(text, random.between(1, text.length)), finish: 'ceiling', means: undefined }
    },
  },
  unreadable('beginning cut off', (text, { random }) => text.slice(random.between(1, text.length - 1))),
  wrapped('fence', (text, { random }) => random.pick(['```json\n', '```\n', '```JSON\r\n']) + text + '\n```'),
  wrapped('fence without an end', (text) => `\`\`\`json\n${text}`),
  wrapped('words around', (text, { random }) => {
    const before = random.pick(['Here it is:', 'Sure! ', '**Answer**', '<answer>', '1.', '"'])
    return `${before} ${text} ${random.pick(['I hope this helps.', '</answer>', '', '[1]', 'See C:\\Temp.'])}`
  }),
  wrapped('byte order mark', (text, { random }) => `\ufeff${text}${random.pick(['', '\n', '\ufeff'])}`),
  wrapped('laid out', (text) => JSON.stringify(JSON.parse(text), undefined, 4).replaceAll('\n', '\r\n')),
  wrapped('letters escaped', (text) =>
    text.replace(/"([A-Za-z])/g, (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`),
  ),
  unreadable('words with braces around', (text) => `I write it as {answer}: ${text}`),
  unreadable('thoughts with an object before', (text) => `<think>Maybe {"a": 1}?</think>${text}`),
  unreadable(
    'two objects',
    (text, { random }) => `${text}${random.pick(['\n', ' or ', ','])}${random.pick([text, '{}'])}`,
  ),
  unreadable('in a list', (text) => `[${text}]`),
  unreadable('as a text', (text) => json(text)),
  unreadable('with quotes of HTML', (text) => text.replaceAll('"', '&quot;')),
  unreadable('with typographic quotes', (text) => text.replace(/"(\w+)":/g, '“$1”:')),
  unreadable('longer than may be', (text) => `${text.slice(0, -1)},"more":"${'x '.repeat(205_000)}"}`),
  unreadable('something else', (_, { random }) =>
    random.pick(['', ' \n', 'null', 'true', '42', '""', '[]', '{', '}', '{}', '{"error":"overloaded"}', 'undefined']),
  ),
  unreadable('refusal', (_, { random }) =>
    random.pick([
      "I'm sorry, but I can't help with that.",
      'I cannot answer {this}.',
      '{"refusal":"I cannot help with that."}',
      'As a language model I have no access to C:\\Temp.',
    ]),
  ),
  unreadable('schema instead', (_, { schema, random }) => json(random.pick([schema, { $schema: 'x', ...schema }]))),
  changed('answer of another feature', ({ others, random }) => random.pick(others)),
  unreadable('tool call', (text, { random }) =>
    random.pick([
      json({ name: 'answer', arguments: text }),
      `{"name":"answer","arguments":${text}}`,
      json({ tool_calls: [{ id: 'c1', type: 'function', function: { name: 'answer', arguments: text } }] }),
      `{"type":"tool_use","input":${text}}`,
    ]),
  ),
  unreadable('in another object', (text, { random }) => `{"${random.pick(['answer', 'result', 'json'])}":${text}}`),
  wrapped('in the marks of a tool call', (text) => `<tool_call>${text}</tool_call>`),
]

const misspellings: readonly Malformation[] = [
  misspelled('trailing comma', isFilled, (value) => json(value).replace(/.$/, ',$&')),
  misspelled(
    'comment',
    () => true,
    (value, random) => random.pick(['/* so */ ', '// so\n', '# so\n']) + json(value),
  ),
  misspelled('single quotes', isText, (value) => `'${String(value)}'`),
  misspelled('name in single quotes', isFilledObject, (value) => json(value).replace(/"(\w+)":/, "'$1':")),
  misspelled('name without quotes', isFilledObject, (value) => json(value).replace(/"(\w+)":/, '$1:')),
  misspelled('name twice', isFilledObject, (value, random) => {
    const [name = '', member] = Object.entries(value)[0] ?? []
    const other = random.pick([json(member), 'null', '"x"'])
    const again = random.pick([json(name), `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`])
    return `{${again}:${other},${json(value).slice(1)}`
  }),
  misspelled('way to the prototype', isObject, (value, random) => {
    const name = random.pick(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])
    return json(value).replace('{', `{"${name}":{"isAdmin":true}${isFilledObject(value) ? ',' : ''}`)
  }),
  misspelled('no comma', isFilled, (value) =>
    json(value)
      .replace(/,(?=["{[])/, ' ')
      .replace(/[\]}]$/, ' "" $&'),
  ),
  misspelled('ellipsis', isList, (value) => json(value).replace(/\]$/, ', ...]')),
  misspelled('line end in a text', isText, (value) => `"${String(value).slice(0, 5)}\n"`),
  misspelled('texts that are joined', isText, (value) => `${json(value)} + ""`),
  misspelled('Windows path without escapes', isText, (_, random) =>
    random.pick([
      String.raw`"C:\new\table\bin"`,
      String.raw`"C:\Users\dana"`,
      String.raw`"C:\temp\007"`,
      String.raw`"It is in C:\reports\nightly now."`,
      String.raw`"\\fs-02\Exports"`,
      String.raw`"D:\\exports\bin"`,
      String.raw`"D:\foo"`,
      String.raw`"D:\\exports\temp"`,
      String.raw`"It is on \\fs-02\new"`,
    ]),
  ),
  misspelled('number that is none', isLeaf, (_, random) =>
    random.pick([
      'NaN',
      'Infinity',
      '-Infinity',
      '+1',
      '.5',
      '1.',
      '0x1F',
      '1_000',
      '1,5',
      'None',
      'True',
      'undefined',
    ]),
  ),
  misspelled('leading zeros', isLeaf, (_, random) => random.pick(['007', '00', '-01', '00.5'])),
  misspelled('integer beyond 2^53', isLeaf, (_, random) =>
    random.pick([
      '9007199254740993',
      '12345678901234567890',
      '-9007199254740993',
      '1e999',
      '0.12345678901234567890123',
    ]),
  ),
]

const changes: readonly Malformation[] = [
  changed('null', (ground) =>
    elsewhere(
      ground,
      () => true,
      () => null,
    ),
  ),
  changed('another type', (ground) =>
    elsewhere(
      ground,
      () => true,
      () => ground.random.pick<unknown>([true, 0, 7.5, '', 'x', [], {}, ['x'], { x: 1 }]),
    ),
  ),
  changed('number as text', (ground) =>
    elsewhere(ground, isNumber, (value) =>
      ground.random.pick([String(value), ` ${String(value)}`, `0${String(value)}`]),
    ),
  ),
  changed('text as number', (ground) => elsewhere(ground, isText, () => ground.random.pick([0, 7, 1e21, -1.5]))),
  changed('number out of range', (ground) => elsewhere(ground, isNumber, () => ground.random.pick([-1, 1e9, 1e300]))),
  changed('text as list', (ground) => elsewhere(ground, isText, (value) => [value])),
  changed('list as text', (ground) => elsewhere(ground, isList, (value: readonly unknown[]) => value.join(', '))),
  changed('one without its list', (ground) => elsewhere(ground, isFilled, (value) => Object.values(value)[0])),
  changed('missing', ({ answer, random }) => {
    const place = placeOf(answer, random)
    return place && without(answer, place)
  }),
  changed('something more', (ground) =>
    elsewhere(ground, isObject, (value: object) => ({
      ...value,
      [ground.random.pick(['note', 'confidence', 'toString', ''])]: ground.random.pick([1, 'x', null, nested(60)]),
    })),
  ),
  changed('something more at the top', ({ answer, random }) => ({ ...answer, [random.pick(['note', 'id'])]: 'x' })),
  changed('another name', (ground) =>
    elsewhere(ground, isFilledObject, (value: object) => {
      const [[name, member] = ['', null], ...rest] = Object.entries(value)
      return Object.fromEntries([[name.toUpperCase(), member], ...rest])
    }),
  ),
  changed('another word', (ground) =>
    elsewhere(ground, isText, (value: string) =>
      ground.random.pick([value.toUpperCase(), 'other', 'n/a', 'extreme', `${value}!`, '  ', 'High']),
    ),
  ),
  changed('too long', (ground) => elsewhere(ground, isText, () => 'long '.repeat(ground.random.between(1_000, 9_000)))),
  changed('too many', (ground) =>
    elsewhere(
      ground,
      (value) => isList(value) && isFilled(value),
      (value: readonly unknown[]) => Array.from({ length: ground.random.between(61, 400) }, () => value[0]),
    ),
  ),
  changed('none', (ground) => elsewhere(ground, isList, () => [])),
  changed('Windows path, zeros or a long number in a text', (ground) =>
    elsewhere(ground, isText, () =>
      ground.random.pick([
        String.raw`C:\new\_table\.bin`,
        String.raw`\\fs-02\Exports$\_old\(1)`,
        String.raw`It is in %TEMP%\_007, not in D:\007.`,
        '007',
        '0049 0007',
        '9007199254740993',
        '12345678901234567890',
        '-0',
        '1e999',
        'NaN',
      ]),
    ),
  ),
  {
    kind: 'half of a character',
    write: ({ answer, random }) => {
      const place = placeOf(answer, random, isText)
      if (!place) return undefined
      const half = random.pick(['\ud83d', '\udc69'])
      const text = String(valueAt(answer, place))
      const raw = random.pick([json(text + half), `"${json(text).slice(1, -1)}${half}"`])
      // Unicode has a character for it, U+FFFD: what is half cannot be shown.
      return { text: spelled(answer, place, raw), means: replaced(answer, place, `${text}\ufffd`) }
    },
  },
  {
    kind: 'negative zero',
    write: ({ answer, random }) => {
      const place = placeOf(answer, random, isNumber) ?? placeOf(answer, random, isLeaf)
      return place && { text: spelled(answer, place, '-0'), means: replaced(answer, place, -0) }
    },
  },
  {
    kind: 'too deep',
    write: ({ answer }) => ({ text: json({ ...answer, more: nested(200) }), means: undefined }),
  },
]

export const malformations: readonly Malformation[] = [...around, ...misspellings, ...changes]
