import type { Health } from '../wire/rest';
import { request } from './request';

/** How the server is, as `GET /health` tells it. */
export const readHealth = (): Promise<Health> => request('GET', '/health');
