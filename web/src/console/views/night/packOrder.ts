import type { Pack } from '../../../api/catalogue';
import { locale } from '../../../messages/language.svelte';

/** By name as people count: Pack 2 before Pack 10. */
export function inOrder(packs: readonly Pack[]): Pack[] {
  const names = new Intl.Collator(locale(), { numeric: true });
  return packs.toSorted((one, other) => names.compare(one.name, other.name));
}
