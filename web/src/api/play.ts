import type { Play } from '../wire/rest';
import { request } from './request';

export type { Play };

/** What the page has to know besides the night. Raises ApiError. */
export function readPlay(): Promise<Play> {
  return request<Play>('GET', '/api/play');
}
