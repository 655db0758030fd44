import { translator } from '../language.svelte';
import { de } from './de';
import { en } from './en';
import { es } from './es';

export const t = translator(en, de, es);
