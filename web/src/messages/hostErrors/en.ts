/** What only hosts may be refused, where the server's own sentence speaks to programs. */
export const en = {
  'place.line': 'Line {line}',
  'place.column': 'Line {line}, column “{column}”',
  'place.entry': 'Entry {entry}',
  app_tag_unknown: 'The room is there, but your catalogue doesn’t know its game ({appTag}).',
  'chat_log_invalid.no_messages':
    '{place}: This file has no shape that is known. It takes what chat programs and downloaders save: logs, JSON or CSV.',
  'chat_log_invalid.no_date':
    '{place}: The log tells the time of day but no date, and its times don’t fit just one day. Say of which day its first line is.',
  'chat_log_invalid.stream_start_missing':
    '{place}: Its times count from when a stream or video began. Say when that was. If they are the time of day, save the log with dates.',
  'chat_log_invalid.zone_unknown':
    '{place}: The log names the time zone {zone}, and it’s not clear which that is. Choose it.',
  chat_log_not_understood:
    '{notUnderstood} of {entries} lines or entries were not understood, so nothing was imported.',
  several_games_fit: '{title} is in several packs. Which one is it?',
  time_zone_unknown: 'The server knows no time zone {timeZone}. Choose another.',
  'timestamp_in_future.chat_log': 'Message {message} would be of the future ({timestamp}). Is the time zone right?',
};
