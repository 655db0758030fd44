/** A file of games that somebody has picked: what is sent of it, and what is shown of it. */

import { importCsv, importTickers, type Imported, type ImportedSymbols, type ImportMode } from '../../../api/catalogue';
import { ApiError } from '../../../api/request';

export type Done = { games: Imported } | { symbols: ImportedSymbols };

export const isTickerMap = (file: File): boolean => file.name.toLowerCase().endsWith('.json');

/** Raises ApiError; its code is `not_a_map` for JSON that is no map of tickers. */
export async function importFile(file: File, mode: ImportMode): Promise<Done> {
  if (!isTickerMap(file)) return { games: await importCsv(await base64Of(file), mode) };
  return { symbols: await importTickers(tickersOf(shownText(new Uint8Array(await file.arrayBuffer())))) };
}

/** The server finds out the encoding, so it gets the bytes. */
async function base64Of(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}

/** Raises ApiError for what is no JSON object of texts. */
export function tickersOf(text: string): Record<string, string> {
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    map = null;
  }
  const isMap = typeof map === 'object' && map !== null && !Array.isArray(map);
  if (isMap && Object.values(map as object).every((each) => typeof each === 'string')) {
    return map as Record<string, string>;
  }
  throw new ApiError(0, 'not_a_map', 'The file has to be a JSON object of titles and tickers: {"Tee K.O.": "TKO"}.');
}

/** A file's text for people to look at; which encoding counts is the server's to say. */
export function shownText(bytes: Uint8Array): string {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(mark, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

export const lineOf = (text: string, line: number): string | null =>
  text.split(/\r\n|\r|\n/)[line - 1]?.slice(0, 500) ?? null;
