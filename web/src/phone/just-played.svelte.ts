/** The game that has just ended: it can still be voted on for a while, which is when most people do. */

import type { SessionGame } from '../live/messages';

export class JustPlayed {
  #id = $state<number | null>(null);
  #lastPlaying: number | null = null;
  #over: ReturnType<typeof setTimeout> | undefined;

  /** Hears which game is playing, whenever that changes. For so many seconds the one before can be voted on. */
  follow(playing: SessionGame | null, seconds: number): void {
    const id = playing?.id ?? null;
    if (id === this.#lastPlaying) return;
    clearTimeout(this.#over);
    this.#id = id === null ? this.#lastPlaying : null;
    this.#lastPlaying = id;
    if (this.#id !== null) this.#over = setTimeout(() => (this.#id = null), seconds * 1000);
  }

  /** That game, unless it was skipped or taken out. */
  of(games: readonly SessionGame[]): SessionGame | null {
    return games.find((game) => game.id === this.#id && game.status === 'played') ?? null;
  }
}
