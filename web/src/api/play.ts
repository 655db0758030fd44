import { request } from './request';

/** What the page has to know besides the night. */
export interface Play {
  joinUrl: string;
  voteGraceSeconds: number;
}

/** Raises ApiError. */
export function readPlay(): Promise<Play> {
  return request<Play>('GET', '/api/play');
}
