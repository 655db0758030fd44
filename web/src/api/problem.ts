import { changeInWords } from '../messages/changes';
import { sayError } from '../messages/errors';
import { valuesOf } from '../messages/errors/inWords';
import { HOST_ERRORS } from '../messages/hostErrors';
import { language, locale } from '../messages/language.svelte';
import { translate, type Messages, type Values } from '../messages/translate';
import type { Change } from './night';
import { ApiError } from './request';

/** What went wrong as a sentence for hosts, in the language of the page. */
export function problemOf(error: unknown): string {
  return error instanceof ApiError ? sayError(error, HOST_ERRORS, nestedValues(error.details)) : String(error);
}

/** What the answer tells with more than a text or a number. */
function nestedValues(details: ApiError['details']): Values {
  const change = details['change'] as Change | undefined;
  const unit = details['column'] ? 'column' : details['line'] ? 'line' : 'entry';
  const words: Messages = HOST_ERRORS[language()];
  return {
    place: translate(words[`place.${unit}`] ?? '', language(), locale(), valuesOf(details)),
    ...(change === undefined ? {} : { change: changeInWords(change) }),
  };
}
