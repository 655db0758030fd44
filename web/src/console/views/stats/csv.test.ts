import { expect, test } from 'vitest';
import cells from '../../../../../tests/core/formula_cells.json';
import { csvOf } from './csv';

test('a cell may hold quotes, commas and lines of its own', () => {
  expect(csvOf(['Game', 'Times'], [['Tee "K.O.", twice\nover', 3]])).toBe(
    '"Game","Times"\r\n"Tee ""K.O."", twice\nover",3\r\n',
  );
});

test.each(cells)('no spreadsheet runs $text as a formula, as in the files of the server', ({ text, cell }) => {
  expect(csvOf(['A'], [[text]])).toBe(`"A"\r\n"${cell}"\r\n`);
});

test('numbers are no formulas, and nothing is an empty cell', () => {
  expect(csvOf(['A'], [[-1], [null]])).toBe('"A"\r\n-1\r\n""\r\n');
});
