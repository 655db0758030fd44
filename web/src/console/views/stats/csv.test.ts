import { expect, test } from 'vitest';
import { csvOf } from './csv';

test('a cell may hold quotes, commas and lines of its own', () => {
  expect(csvOf(['Game', 'Times'], [['Tee "K.O.", twice\nover', 3]])).toBe(
    '"Game","Times"\r\n"Tee ""K.O."", twice\nover",3\r\n',
  );
});

test('no cell of a stranger is run as a formula', () => {
  for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', "'=1"]) {
    expect(csvOf(['A'], [[evil]])).toBe(`"A"\r\n"'${evil}"\r\n`);
  }
  expect(csvOf(['A'], [[-1], [null]])).toBe('"A"\r\n-1\r\n""\r\n');
});
