/** Webhooks over REST. */

import type { LoggedAttempt, NewWebhook, Replay, Replayed, Webhook, WebhookChange } from '../wire/rest';
import { add, request } from './request';

export type { LoggedAttempt, Webhook };

const pathOf = (id: number): string => `/api/webhooks/${id}`;

export const ATTEMPTS_AT_ONCE = 20;

export const readWebhooks = (): Promise<Webhook[]> => request('GET', '/api/webhooks');
export const readEventTypes = (): Promise<string[]> => request('GET', '/api/webhooks/event-types');
export const createWebhook = (webhook: NewWebhook): Promise<Webhook> => add('/api/webhooks', webhook);
export const changeWebhook = (id: number, change: WebhookChange): Promise<Webhook> =>
  request('PATCH', pathOf(id), change);
export const removeWebhook = (id: number): Promise<unknown> => request('DELETE', pathOf(id));
export const testWebhook = (id: number): Promise<LoggedAttempt> => request('POST', `/api/webhooks/test/${id}`);
export const replay = (id: number, which: Partial<Replay>): Promise<Replayed> =>
  request('POST', `${pathOf(id)}/replay`, which);

export function readAttempts(id: number, before?: number): Promise<LoggedAttempt[]> {
  const rest = before === undefined ? '' : `&before=${before}`;
  return request('GET', `${pathOf(id)}/logs?limit=${ATTEMPTS_AT_ONCE}${rest}`);
}

/** A secret that nobody guesses, as receivers' libraries take it. */
export function randomSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}
