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
    "name": "chat-downloader",
    "what": "the JSON of chat-downloader",
    "endings": [
      ".json"
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
    "name": "irc",
    "what": "the lines of an IRC client: irssi, ZNC, mIRC, energymech; of Chatterino; the text of TwitchDownloader",
    "endings": [
      ".log",
      ".txt"
    ]
  }
] as const;

export const chatFileEndings = [".csv", ".json", ".log", ".tsv", ".txt", ".weechatlog"] as const;
