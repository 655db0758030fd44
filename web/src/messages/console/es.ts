import type { Translation } from '../translate';
import type { en } from './en';

export const es: Translation<typeof en> = {
  title: 'Anfitrión',
};
