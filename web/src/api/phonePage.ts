import { request } from './request';

/** What the page has to know besides the night. */
export interface PhonePageFacts {
  joinUrl: string;
  voteGraceSeconds: number;
}

/** Raises ApiError. */
export function readPhonePageFacts(): Promise<PhonePageFacts> {
  return request<PhonePageFacts>('GET', '/api/play');
}
