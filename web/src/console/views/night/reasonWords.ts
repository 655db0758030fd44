import { t } from '../../../messages/night';
import type { Reason } from './reasons';

const KNOWN = ['favor', 'packFavor', 'recency', 'tonight', 'taste', 'novelty', 'variety', 'cap'] as const;

/** A reason in plain words; one that this page doesn't know yet by its own name. */
export function reasonInWords({ factor, isFor }: Reason): string {
  const known = KNOWN.find((each) => each === factor);
  if (known === undefined) return factor;
  if (known === 'tonight') return t('tonightAgain');
  return known === 'favor' || known === 'packFavor' || known === 'taste'
    ? t(`${known}${isFor ? 'For' : 'Against'}`)
    : t(known);
}
