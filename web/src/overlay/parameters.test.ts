import { describe, expect, test } from 'vitest';
import { DEFAULT, parse } from './parameters';

describe('the parameters of the overlay', () => {
  test('have defaults', () => {
    expect(parse('')).toEqual({ layout: DEFAULT, notUnderstood: [] });
  });

  test('are all taken', () => {
    const search =
      '?position=top-right&size=1.5&show=votes,code&code=always&delay=12.5&accent=%23f0f&text=eeeeee&panel=00000080&language=es';
    expect(parse(search)).toEqual({
      layout: {
        position: 'top-right',
        size: 1.5,
        parts: ['code', 'votes'],
        code: 'always',
        delay: 12.5,
        accent: '#f0f',
        text: '#eeeeee',
        panel: '#00000080',
        language: 'es',
      },
      notUnderstood: [],
    });
  });

  test.each([
    'position=middle',
    'size=0.4',
    'size=9',
    'size=big',
    'size=',
    'show=code,sound',
    'code=never',
    'delay=-1',
    'delay=301',
    'accent=red;}',
    'panel=12345',
    'language=fr',
    'colour=ff0000',
  ])('%s is told, and changes nothing', (parameter) => {
    expect(parse(`?${parameter}`)).toEqual({ layout: DEFAULT, notUnderstood: [parameter] });
  });
});
