import { t } from '../../../messages/night';
import { isLuck, type Reason } from './reasons';

const KNOWN = ['favor', 'packFavor', 'recency', 'tonight', 'taste', 'novelty', 'variety', 'cap'] as const;

/**
 * A reason in plain words; one that this page doesn't know yet by its own name. Taste is drawn from the votes with some
 * luck; where it is known that nobody has voted it is luck alone.
 */
export function reasonInWords({ factor, isFor }: Reason, votes?: number): string {
  if (isLuck({ factor }, votes)) return t(isFor ? 'luckFor' : 'luckAgainst');
  const known = KNOWN.find((each) => each === factor);
  if (known === undefined) return factor;
  if (known === 'tonight') return t('tonightAgain');
  return known === 'favor' || known === 'packFavor' || known === 'taste'
    ? t(`${known}${isFor ? 'For' : 'Against'}`)
    : t(known);
}
