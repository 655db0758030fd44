/** The overlay's layout, from the parameters of its address; docs/overlay.md describes them for people. */

import { LANGUAGES, type Language } from '../messages/translate';

export const PARTS = ['code', 'game', 'joined', 'votes'] as const;
export type Part = (typeof PARTS)[number];

export const POSITIONS = [
  'top-left',
  'top',
  'top-right',
  'left',
  'centre',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right',
] as const;
export type Position = (typeof POSITIONS)[number];

export const CODES = ['lobby', 'always', 'hidden'] as const;
/** When the code is shown: until the game begins, all the time, or not before somebody uses the switch. */
export type CodeShown = (typeof CODES)[number];

export interface Layout {
  readonly position: Position;
  readonly size: number;
  readonly parts: readonly Part[];
  readonly code: CodeShown;
  /** Seconds by which all that is shown is late. */
  readonly delay: number;
  readonly accent: string;
  readonly text: string;
  readonly panel: string;
  /** Null leaves it to the browser. */
  readonly language: Language | null;
}

export const DEFAULT: Layout = {
  position: 'bottom-left',
  size: 1,
  parts: PARTS,
  code: 'lobby',
  delay: 0,
  accent: '#ffd45c',
  text: '#ffffff',
  panel: '#14131ae6',
  language: null,
};

const SIZES = { minimum: 0.5, maximum: 4 };
const MAX_DELAY = 300;
const COLOUR = /^(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

/** The layout, and what of the address was not understood: its default is taken instead. */
export function parse(search: string): { layout: Layout; notUnderstood: string[] } {
  const given = new URLSearchParams(search);
  const notUnderstood: string[] = [];

  function read<T>(name: string, otherwise: T, convert: (value: string) => T | null): T {
    const value = given.get(name);
    given.delete(name);
    if (value === null) return otherwise;
    const converted = convert(value.trim());
    if (converted === null) notUnderstood.push(`${name}=${value}`);
    return converted ?? otherwise;
  }

  const layout: Layout = {
    position: read('position', DEFAULT.position, (value) => oneOf(POSITIONS, value)),
    size: read('size', DEFAULT.size, (value) => within(value, SIZES.minimum, SIZES.maximum)),
    parts: read('show', DEFAULT.parts, partsOf),
    code: read('code', DEFAULT.code, (value) => oneOf(CODES, value)),
    delay: read('delay', DEFAULT.delay, (value) => within(value, 0, MAX_DELAY)),
    accent: read('accent', DEFAULT.accent, colour),
    text: read('text', DEFAULT.text, colour),
    panel: read('panel', DEFAULT.panel, colour),
    language: read<Language | null>('language', null, (value) => oneOf(LANGUAGES, value)),
  };
  return { layout, notUnderstood: [...notUnderstood, ...[...given].map(([name, value]) => `${name}=${value}`)] };
}

function oneOf<T extends string>(values: readonly T[], value: string): T | null {
  return values.find((each) => each === value) ?? null;
}

function within(value: string, minimum: number, maximum: number): number | null {
  const number = value === '' ? NaN : Number(value);
  return number >= minimum && number <= maximum ? number : null;
}

function partsOf(value: string): readonly Part[] | null {
  const parts = value.split(',').map((name) => oneOf(PARTS, name.trim()));
  return parts.includes(null) ? null : PARTS.filter((part) => parts.includes(part));
}

function colour(value: string): string | null {
  const digits = value.replace(/^#/, '');
  return COLOUR.test(digits) ? `#${digits}` : null;
}
