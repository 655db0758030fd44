/** Made from the server's table of formats by `python -m web.wire_types`. */

export const chatFormats = [
  {
    "name": "json",
    "what": "what bots send: `{\"chatData\": [{\"username\", \"message\", \"timestamp\"}]}`, or the list alone",
    "endings": [
      ".json"
    ]
  },
  {
    "name": "twitch-downloader",
    "what": "the JSON of TwitchDownloader",
    "endings": [
      ".json"
    ]
  },
  {
    "name": "twitch-downloader-text",
    "what": "TwitchDownloader's text, in UTC or since the start of the video",
    "endings": [
      ".txt"
    ]
  },
  {
    "name": "twitch-comments",
    "what": "the JSON of twitch-dl and RechatTool",
    "endings": [
      ".json"
    ]
  },
  {
    "name": "rechat-tool-text",
    "what": "RechatTool's text",
    "endings": [
      ".txt"
    ]
  },
  {
    "name": "twitch-downloader-untimed",
    "what": "TwitchDownloader's text without timestamps: refused, as nothing tells when a vote was",
    "endings": [
      ".txt"
    ]
  },
  {
    "name": "chat-downloader",
    "what": "the JSON of chat-downloader, as a list or an object a line",
    "endings": [
      ".json",
      ".jsonl"
    ]
  },
  {
    "name": "chat-downloader-csv",
    "what": "the CSV of chat-downloader",
    "endings": [
      ".csv",
      ".tsv",
      ".txt"
    ]
  },
  {
    "name": "discord-json",
    "what": "the JSON of DiscordChatExporter",
    "endings": [
      ".json"
    ]
  },
  {
    "name": "discord-csv",
    "what": "the CSV of DiscordChatExporter, with new and old dates",
    "endings": [
      ".csv",
      ".tsv",
      ".txt"
    ]
  },
  {
    "name": "youtube-live-chat",
    "what": "yt-dlp's `live_chat.json`",
    "endings": [
      ".json",
      ".jsonl"
    ]
  },
  {
    "name": "justlog-json",
    "what": "justlog's JSON",
    "endings": [
      ".json"
    ]
  },
  {
    "name": "justlog",
    "what": "justlog's text",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "irc-raw",
    "what": "lines of the IRC protocol with tags: justlog's `raw`, rustlog, bots",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "chatterino",
    "what": "Chatterino",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "weechat",
    "what": "the logs of WeeChat",
    "endings": [
      ".weechatlog",
      ".log",
      ".txt"
    ]
  },
  {
    "name": "irssi",
    "what": "irssi",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "hexchat",
    "what": "HexChat, XChat",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "konversation",
    "what": "Konversation",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "psybnc",
    "what": "psyBNC, which counts months from 0",
    "endings": [
      ".log",
      ".txt",
      ".tra"
    ]
  },
  {
    "name": "psybnc-months-from-1",
    "what": "psyBNC where it was mended to count months from 1",
    "endings": [
      ".log",
      ".txt",
      ".tra"
    ]
  },
  {
    "name": "znc",
    "what": "ZNC, energymech: a file a day",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "mirc",
    "what": "mIRC",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "eggdrop",
    "what": "eggdrop",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "the-lounge",
    "what": "The Lounge",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "irccloud",
    "what": "IRCCloud's export",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "chatty",
    "what": "Chatty",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "irc",
    "what": "the lines of any other client",
    "endings": [
      ".log",
      ".txt"
    ]
  },
  {
    "name": "csv",
    "what": "a table with `timestamp`, `username`, `message` and perhaps `user_id` in its header",
    "endings": [
      ".csv",
      ".tsv",
      ".txt"
    ]
  }
] as const;

export const chatFileEndings = [".csv", ".gz", ".json", ".jsonl", ".log", ".tra", ".tsv", ".txt", ".weechatlog"] as const;
