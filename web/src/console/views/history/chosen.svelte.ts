/** The nights that were chosen in the list, to do the same with all of them. */

import { SvelteSet } from 'svelte/reactivity';
import { MAX_CHOSEN, type ListedNight } from '../../../api/history';

export class Chosen {
  isChoosing = $state(false);
  readonly ids = new SvelteSet<number>();
  readonly isFull = $derived(this.ids.size >= MAX_CHOSEN);

  begin(): void {
    this.isChoosing = true;
  }

  end(): void {
    this.isChoosing = false;
    this.ids.clear();
  }

  set(id: number, isChosen: boolean): void {
    if (!isChosen) this.ids.delete(id);
    else if (!this.isFull) this.ids.add(id);
  }

  /** Chooses all that can be, or none where all are chosen. */
  toggleAll(nights: readonly ListedNight[]): void {
    const choosable = nights.filter(isChoosable).slice(0, MAX_CHOSEN);
    if (choosable.every((night) => this.ids.has(night.id))) this.ids.clear();
    else for (const night of choosable) this.set(night.id, true);
  }

  /** Those of these nights that are chosen. What was deleted meanwhile, or goes on again, is not among them. */
  of(nights: readonly ListedNight[]): readonly ListedNight[] {
    return nights.filter((night) => this.ids.has(night.id) && isChoosable(night));
  }
}

/** The night that is on stays where it is. */
export function isChoosable(night: ListedNight): boolean {
  return night.is_active === 0;
}
