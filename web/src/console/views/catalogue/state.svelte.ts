/** The catalogue of the page: follows what others change, and shows one's own changes at once. */

import {
  enableGame,
  enablePack,
  favorGame,
  favorPack,
  readGames,
  readPacks,
  type Favor,
  type Game,
  type Pack,
} from '../../../api/catalogue';
import { problemOf } from '../../../api/problem';
import { say } from '../../../components/Toasts.svelte';
import type { LiveEvent } from '../../../live/messages';
import type { CatalogueChanged } from '../../../wire/live';
import { changed, shelvesOf } from './shelf';

export class CatalogueState {
  games = $state.raw<readonly Game[] | null>(null);
  packs = $state.raw<readonly Pack[]>([]);
  problem = $state<string | null>(null);
  readonly shelves = $derived(shelvesOf(this.games ?? [], this.packs));
  #reading = 0;

  async reload(): Promise<void> {
    const mine = (this.#reading += 1);
    try {
      const [games, packs] = await Promise.all([readGames(), readPacks()]);
      if (mine !== this.#reading) return;
      this.games = games;
      this.packs = packs;
      this.problem = null;
    } catch (error) {
      if (mine === this.#reading) this.problem = problemOf(error);
    }
  }

  handle(event: LiveEvent): void {
    if (event.type !== 'catalogue.changed') return;
    const { games, removed } = event.data as CatalogueChanged;
    if (games === null) {
      void this.reload();
      return;
    }
    this.take(games, removed ?? []);
    // The event names games. What a pack is liked is not in it.
    void this.#readPacks();
  }

  take(games: readonly Game[], removed: readonly number[] = []): void {
    this.games = changed(this.games ?? [], games, removed);
  }

  async setEnabled(game: Game, enabled: boolean): Promise<void> {
    this.take([{ ...game, enabled: enabled ? 1 : 0 }]);
    await this.#try(
      async () => this.take([await enableGame(game.id, enabled)]),
      () => this.take([game]),
    );
  }

  async setFavor(game: Game, favor: Favor): Promise<void> {
    this.take([{ ...game, favor_bias: favor }]);
    await this.#try(
      async () => this.take([await favorGame(game.id, favor)]),
      () => this.take([game]),
    );
  }

  async enablePack(name: string, enabled: boolean): Promise<void> {
    const before = (this.games ?? []).filter((game) => game.pack_name === name);
    this.take(before.map((game) => ({ ...game, enabled: enabled ? 1 : 0 })));
    await this.#try(
      async () => this.take((await enablePack(name, enabled)).games),
      () => this.take(before),
    );
  }

  async favorPack(name: string, favor: Favor): Promise<void> {
    const before = this.packs;
    this.packs = before.map((pack) => (pack.name === name ? { ...pack, favor_bias: favor } : pack));
    await this.#try(
      async () => void (await favorPack(name, favor)),
      () => (this.packs = before),
    );
  }

  /** What is shown already is taken back where the server refuses it. */
  async #try(change: () => Promise<void>, takeBack?: () => unknown): Promise<void> {
    try {
      await change();
    } catch (error) {
      takeBack?.();
      say(problemOf(error), 'problem');
    }
  }

  async #readPacks(): Promise<void> {
    try {
      this.packs = await readPacks();
    } catch {
      // The next reload tells it.
    }
  }
}
