import { describe, expect, test } from 'vitest';
import { problemWith, tidied } from './roomCode';

describe('a room code that is typed', () => {
  test.each([
    ['abcd', 'ABCD'],
    [' ab cd\n', 'ABCD'],
    ['x9-z1', 'X9Z1'],
    ['äbcd', 'äBCD'],
    ['', ''],
  ])('%j is taken as %j', (typed, code) => {
    expect(tidied(typed)).toBe(code);
  });

  test.each([
    ['', null],
    ['AB', null],
    ['AB9Z', null],
    ['ÄBCD', 'codeSigns'],
    ['AB!D', 'codeSigns'],
    ['ABCDE', 'codeLong'],
  ])('%j has the problem %j', (code, problem) => {
    expect(problemWith(code)).toBe(problem);
  });
});
