import { de as commonDe } from '../common/de';
import { en as commonEn } from '../common/en';
import { es as commonEs } from '../common/es';
import { translator } from '../language.svelte';
import { de } from './de';
import { en } from './en';
import { es } from './es';

export const t = translator({ ...commonEn, ...en }, { ...commonDe, ...de }, { ...commonEs, ...es });
