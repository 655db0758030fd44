import type { Translation } from '../translate';
import type { en } from './en';

export const de: Translation<typeof en> = {
  title: 'Mitspielen',
};
