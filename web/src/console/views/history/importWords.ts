/** What an import of a chat log says, in words. */

import type { ImportedChat } from '../../../api/history';
import { problemOf } from '../../../api/problem';
import { ApiError } from '../../../api/request';
import { t } from '../../../messages/history';
import { formatDate } from '../../../messages/language.svelte';
import type { chatFormats } from '../../../wire/chatFormats';
import type { NotUnderstoodEntry, StrayVote } from '../../../wire/rest';

type FormatName = (typeof chatFormats)[number]['name'];
type Unit = ImportedChat['notUnderstood']['unit'];

/** By the names of the programs, which are the same in all languages. */
const PROGRAMS: Readonly<Record<Exclude<FormatName, keyof ReturnType<typeof othersInWords>>, string>> = {
  'twitch-downloader': 'TwitchDownloader (JSON)',
  'twitch-downloader-text': 'TwitchDownloader (.txt)',
  'twitch-downloader-untimed': 'TwitchDownloader (.txt)',
  'twitch-comments': 'twitch-dl, RechatTool (JSON)',
  'rechat-tool-text': 'RechatTool (.txt)',
  'chat-downloader': 'chat-downloader (JSON)',
  'chat-downloader-csv': 'chat-downloader (CSV)',
  'discord-json': 'DiscordChatExporter (JSON)',
  'discord-csv': 'DiscordChatExporter (CSV)',
  'youtube-live-chat': 'yt-dlp (live_chat.json)',
  'justlog-json': 'justlog (JSON)',
  justlog: 'justlog',
  chatterino: 'Chatterino',
  weechat: 'WeeChat',
  irssi: 'irssi',
  hexchat: 'HexChat, XChat',
  konversation: 'Konversation',
  znc: 'ZNC',
  mirc: 'mIRC',
  eggdrop: 'eggdrop',
  'the-lounge': 'The Lounge',
  irccloud: 'IRCCloud',
  chatty: 'Chatty',
};

export function formatInWords(name: string): string {
  const words: Readonly<Record<string, string>> = { ...PROGRAMS, ...othersInWords() };
  return words[name] ?? name;
}

function othersInWords() {
  return {
    json: t('formatJson'),
    csv: t('formatCsv'),
    irc: t('formatIrc'),
    'irc-raw': t('formatIrcRaw'),
    psybnc: t('formatPsybnc', { first: 0 }),
    'psybnc-months-from-1': t('formatPsybnc', { first: 1 }),
  } satisfies Partial<Record<FormatName, string>>;
}

export function placeInWords(unit: Unit, number: number): string {
  return t(unit === 'line' ? 'inLine' : 'inEntry', { number });
}

/** How a log was read, and what was assumed of it. */
export function readingInWords({ assumed }: ImportedChat): string[] {
  const { format, timeZone, timeZoneFrom, day, streamStart, repeatedHour, windows1252Lines } = assumed;
  const told: (string | false | null)[] = [
    t('readAs', { format: formatInWords(format) }),
    timeZone !== null &&
      t(timeZoneFrom === 'file' ? 'zoneOfFile' : 'zoneAssumed', { zone: zoneInWords(timeZone, assumed.utcOffset) }),
    timeZone === null && streamStart === null && t('timesWhole'),
    day && t('dayFound', { day: formatDate(`${day}T12:00:00`, { dateStyle: 'full' }) }),
    streamStart && t('countedFrom', { moment: formatDate(streamStart, { dateStyle: 'medium', timeStyle: 'medium' }) }),
    repeatedHour && t('hourTwice'),
    windows1252Lines > 0 && t('oldEncoding', { count: windows1252Lines }),
  ];
  return told.filter((each) => typeof each === 'string');
}

/** `Europe/Berlin (UTC+1)`, by its offset at the first message. */
function zoneInWords(name: string, offset: number | null): string {
  if (offset === null || /^UTC/.test(name)) return name;
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${name} (UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${String(minutes).padStart(2, '0')}` : ''})`;
}

/** Who voted what, much as they wrote it. */
export function strayInWords({ username, vote }: StrayVote): string {
  if (vote === 'unvote') return `${username}: unvote`;
  return `${username}: thisgame${vote === 'up' ? '++' : '--'}`;
}

/** Where it stands, and why it was not understood. */
export function unclearInWords(unit: Unit, { number, reason, sentence }: NotUnderstoodEntry): string {
  const inEnglish = `${unit === 'line' ? 'Line' : 'Entry'} ${number}: ${sentence}`;
  return problemOf(new ApiError(400, 'chat_log_invalid', inEnglish, { reason, [unit]: number }));
}
