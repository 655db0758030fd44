import type { PhonePageFacts } from '../wire/rest';
import { request } from './request';

export type { PhonePageFacts };

/** What the page has to know besides the night. Raises ApiError. */
export function readPhonePageFacts(): Promise<PhonePageFacts> {
  return request<PhonePageFacts>('GET', '/api/play');
}
