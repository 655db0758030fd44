/** What only hosts may be refused, where the server's own sentence speaks to programs. */
export const en = {
  app_tag_unknown: 'The room is there, but your catalogue doesn’t know its game ({appTag}).',
  several_games_fit: '{title} is in several packs. Which one is it?',
};
