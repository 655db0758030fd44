interface Titled {
  readonly title: string;
  readonly pack_name: string;
}

/** The title of a game; with its pack where another game in the list has the same one. */
export function titleAmong(games: readonly Titled[]): (game: Titled) => string {
  return ({ title, pack_name }) =>
    games.filter((other) => other.title === title).length > 1 ? `${title} · ${pack_name}` : title;
}
