"""Importing a chat log in the console: it is shown what it would come to, before the button that does it."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from gamenight.core.engines import lock_writers, writing_engine
from gamenight.votes.exports import FORMATS, PACKED_ENDING
from tests.browser.conftest import Watch
from tests.browser.console import MARKUP, console
from tests.conftest import Look, Meddle
from tests.support.browser import PHONE, everybody_can_use
from tests.support.clients import Host
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Served
from tests.votes.logs import night as scripted
from tests.votes.logs.samples import SAMPLES
from tests.votes.test_votes_of_every_format import NIGHT, play
from tests.votes.three_games import Night, a_night, entry, irssi

FILES = {
    "ours": ["chat.json"],
    "ours-as-csv": ["chat.csv"],
    "twitch-downloader-gzip": ["chat.json.gz"],
    "twitch-downloader-text": ["chat.txt"],
    "rechat-tool-text": ["rechat.txt"],
    "chat-downloader-lines": ["chat.jsonl"],
    "discord-csv": ["games.csv"],
    "youtube-live-chat": ["stream.live_chat.json"],
    "justlog-raw": ["channel.log"],
    "hexchat": ["#games.log"],
    "weechat": ["irc.games.weechatlog"],
    "znc": ["2026-03-13.log", "2026-03-14.log"],
    "konversation-german": ["games.log"],
    "psybnc": ["USER1.LOG.tra"],
    "irssi": ["#games.log"],
}
"""By the sample of the format: what its files are called."""
Votes = dict[str, tuple[int, int]]


class Import:
    """The console's dialog for importing a chat log."""

    def __init__(self, page: Page, session_id: int) -> None:
        page.goto(f"/#/history/{session_id}")
        page.get_by_role("button", name="Import a chat log").click()
        self.page = page
        self.dialog: Locator = page.get_by_role("dialog", name="Import a chat log")
        self.button = self.dialog.get_by_role("button", name="Import", exact=True)
        self.alert = self.dialog.get_by_role("alert")
        self.status = self.dialog.get_by_role("status")

    def pick(self, content: str | bytes, name: str = "chat.log") -> None:
        buffer = content if isinstance(content, bytes) else content.encode()
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=buffer)
        self.dialog.get_by_label("Chat log").set_input_files(file)

    def must_show(self, *texts: str) -> None:
        expect(self.dialog.get_by_role("heading", name="What it would come to")).to_be_visible()
        for text in texts:
            expect(self.dialog).to_contain_text(text)

    def do(self) -> None:
        self.button.click()
        expect(self.dialog.get_by_role("heading", name="Imported")).to_be_visible()

    def look_again(self) -> None:
        self.dialog.get_by_role("button", name="Look at the file").click()

    def counts(self) -> dict[str, int]:
        """The numbers above all else, by what they count."""
        lines = self.dialog.get_by_role("list").first.get_by_role("listitem").all_inner_texts()
        return {what: int(number) for number, what in (line.split(" ", 1) for line in lines)}

    def votes(self) -> Votes:
        rows = self.dialog.get_by_role("table", name="Votes by game").locator("tbody tr").all()
        cells = [row.locator("th, td").all_inner_texts() for row in rows]
        return {title: (int(up), int(down)) for title, up, down in cells}


@pytest.fixture
def three(hana: Host, meddle: Meddle) -> Night:
    """A night of the games A, B and C."""
    return a_night(hana, meddle)


@pytest.fixture
def importing(server: Served, watch: Watch) -> Callable[..., Import]:
    """The dialog, open in a browser in Berlin; `refusals` may be answered."""

    def opened(session_id: int, *, refusals: tuple[str, ...] = (), **situation: Any) -> Import:
        viewer = watch(server.url, **situation)
        viewer.expects(*refusals)
        return Import(console(viewer, "history"), session_id)

    return opened


Importing = Callable[..., Import]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_program_is_shown_and_imported_as_its_night_was(
    hana: Host, meddle: Meddle, importing: Importing, name: str
) -> None:
    sample = SAMPLES[name]
    is_relative = "streamStart" in sample.options
    symbols = {game["id"]: game["symbol"] for game in hana.get("/api/games").json()}
    night = scripted.a_night(5, 120, [symbols[game_id] for game_id in NIGHT], sample.precision)
    session = hana.a_session()
    games = play(hana, meddle, session, night)
    dialog = importing(session["id"], time_zone="Asia/Dubai", refusals=("400",) if is_relative else ())
    read = 0
    for file, called in zip(sample.files(night.events), FILES[name], strict=True):
        before = counted(hana, session["id"])
        dialog.pick(file, called)
        if is_relative:
            dialog.dialog.get_by_label("When the stream or video began").fill("2026-03-13T23:00")
            dialog.look_again()
        dialog.must_show()
        assert counted(hana, session["id"]) == before
        shown = dialog.counts(), dialog.votes()
        dialog.do()
        assert (dialog.counts(), dialog.votes()) == shown
        read += dialog.counts()["messages read"]
        dialog.dialog.get_by_role("button", name="Close", exact=True).first.click()
        dialog.page.get_by_role("button", name="Import a chat log").click()
    assert read == len(night.said)
    # Votes for a game that was named before it began are none of a session game.
    true = Counter((games[key]["id"], vote) for (_person, key), vote in night.truth.items() if isinstance(key, int))
    assert counted(hana, session["id"]) == {
        game["id"]: (true[game["id"], "up"], true[game["id"], "down"]) for game in games
    }


def counted(hana: Host, session_id: int) -> dict[int, tuple[int, int]]:
    return {game["id"]: (game["upvotes"], game["downvotes"]) for game in hana.games_of(session_id)}


def test_the_page_takes_the_files_that_the_server_reads(three: Night, importing: Importing) -> None:
    accepted = importing(three.session_id).dialog.get_by_label("Chat log").get_attribute("accept")
    endings = {ending for each in FORMATS for ending in each.endings} | {PACKED_ENDING}
    assert accepted is not None
    assert set(accepted.split(",")) == endings


def test_all_that_became_of_a_log_is_shown_before_and_after(three: Night, importing: Importing) -> None:
    lines = [
        "18:57 < pia> thisgame++",
        f"19:10 < omar> {MARKUP} thisgame++",
        "19:11 < pia> thisgame++",
        "19:12 < bix> thisgame--",
        '19:13 < cleo> "thisgame++" is what you write',
        "<i>no line</i> of a log",
        "21:00 < dev> thisgame--",
        *(f"19:15 < pia> line {number}" for number in range(30)),
    ]
    dialog = importing(three.session_id, time_zone="UTC")
    dialog.pick(irssi(*lines))
    told = [
        "36 messages read",
        "5 votes found",
        "2 votes fell on no game",
        "1 before the first game",
        "1 after the last game",
        "pia: thisgame++",
        "dev: thisgame--",
        "1 message looks like a vote and is none",
        "1 quoting somebody",
        'cleo: "thisgame++" is what you write',
        "1 of 38 lines was not understood, and is left out",
        "Line 7",
        "<i>no line</i> of a log",
        "As: irssi.",
        "Its times tell no zone. They were taken for UTC.",
    ]
    dialog.must_show(*told)
    expect(dialog.status).to_contain_text("Nothing is imported yet")
    title = three.host.get("/api/games/1").json()["title"]
    assert dialog.votes() == {title: (2, 1)}
    assert three.votes() == {}
    dialog.do()
    for text in told:
        expect(dialog.dialog).to_contain_text(text)
    assert three.votes() == {"A": (2, 1)}
    expect(dialog.page.get_by_role("img", name="2 votes up, 1 vote down")).to_be_attached()


def test_a_file_that_was_imported_before_says_so(three: Night, importing: Importing) -> None:
    log = json.dumps([entry("19:10:00", "pia", "thisgame++")])
    three.log(log)
    dialog = importing(three.session_id)
    dialog.pick(log, "chat.json")
    dialog.must_show("0 new messages", "1 was known already", "Importing it again changes nothing.")
    dialog.dialog.get_by_role("switch", name="Replace what was imported").check(force=True)
    dialog.must_show("1 new message")
    dialog.do()
    assert three.votes() == {"A": (1, 0)}


def test_times_without_a_zone_are_of_the_browser_s_unless_another_is_chosen(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, time_zone="Europe/Berlin")
    dialog.pick(irssi("20:10 < pia> thisgame++"))
    dialog.must_show("They were taken for Europe/Berlin (UTC+1).")
    dialog.dialog.get_by_label("Time zone of its times").select_option("Africa/Lagos")
    dialog.look_again()
    dialog.must_show("They were taken for Africa/Lagos (UTC+1).")
    dialog.dialog.get_by_label("Time zone of its times").select_option("UTC")
    # What was shown is not what would be imported.
    expect(dialog.button).to_be_disabled()
    expect(dialog.dialog.get_by_role("heading", name="What it would come to")).to_have_count(0)
    dialog.look_again()
    dialog.must_show("They were taken for UTC.")
    dialog.do()
    assert three.votes() == {"C": (1, 0)}


def test_times_that_tell_their_zone_ask_for_nothing(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, time_zone="Asia/Tokyo")
    dialog.pick("# Start logging at 2026-11-20 19:59:00 CET\n[20:10:00]  pia: thisgame++\n")
    dialog.must_show("Its times are of the zone CET (UTC+1), as the file says.")
    expect(dialog.dialog.get_by_role("group", name="What the file")).to_have_count(0)
    dialog.do()
    assert three.votes() == {"A": (1, 0)}


def test_a_zone_of_several_readings_is_asked_for(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("400",))
    dialog.pick("# Start logging at 2026-11-20 12:59:00 CST\n[13:10:00]  pia: thisgame++\n")
    expect(dialog.alert).to_contain_text("The log names the time zone CST, and")
    expect(dialog.button).to_be_disabled()
    dialog.dialog.get_by_label("Time zone of its times").select_option("America/Chicago")
    dialog.look_again()
    dialog.must_show("1 vote found")
    dialog.do()
    assert three.votes() == {"A": (1, 0)}


def test_the_date_of_a_log_is_asked_for_where_the_night_does_not_tell_it(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("400",), time_zone="UTC", size=PHONE)
    dialog.pick("[09:10:00] <pia> thisgame++\n[09:20:00] <pia> hi\n", "games.log")
    expect(dialog.alert).to_contain_text("Say of which day its first line is.")
    date = dialog.dialog.get_by_label("Date of its first line")
    expect(date).to_have_value("2026-11-20")
    expect(dialog.dialog.get_by_label("Time zone of its times")).to_have_value("UTC")
    everybody_can_use(dialog.page)
    dialog.dialog.get_by_label("Time zone of its times").select_option("Pacific/Honolulu")
    dialog.look_again()
    dialog.must_show("1 vote found", "They were taken for Pacific/Honolulu")
    dialog.do()
    assert three.votes() == {"A": (1, 0)}


def test_the_start_of_a_stream_is_asked_for(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("400",), time_zone="Europe/Berlin")
    dialog.pick("[00:10:00] Pia: thisgame++\n", "chat.txt")
    expect(dialog.alert).to_contain_text("Its times count from when a stream or video began. Say when that was.")
    dialog.look_again()  # the browser says that it is missing
    expect(dialog.button).to_be_disabled()
    dialog.dialog.get_by_label("When the stream or video began").fill("2026-11-20T20:00")
    dialog.look_again()
    dialog.must_show("Its times were counted from 20 Nov 2026, 20:00:00.")
    dialog.do()
    assert three.votes() == {"A": (1, 0)}


def test_a_log_may_have_its_unclear_lines_left_out(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("400",), time_zone="UTC")
    dialog.pick(irssi("19:10 < pia> thisgame++", "<b>some</b> note", "another", "a third", "a fourth"))
    expect(dialog.alert).to_contain_text("4 of 6 lines or entries were not understood, so nothing was imported.")
    for text in ("Line 3", "<b>some</b> note", "Line 4", "another", "Line 5", "a third"):
        expect(dialog.alert).to_contain_text(text)
    expect(dialog.button).to_be_disabled()
    everybody_can_use(dialog.page)
    dialog.dialog.get_by_role("button", name="Leave these lines out").click()
    dialog.must_show("4 of 6 lines were not understood, and are left out", "1 vote found")
    expect(dialog.alert).to_have_count(0)
    everybody_can_use(dialog.page)
    dialog.do()
    everybody_can_use(dialog.page)
    assert three.votes() == {"A": (1, 0)}


@pytest.mark.parametrize(
    ("locale", "opener", "chat_log", "refused"),
    [
        ("en-GB", "Import a chat log", "Chat log", "This file has no shape that is known."),
        ("de-AT", "Chat importieren", "Chat-Protokoll", "Hier ist keine Chat-Nachricht zu finden."),
        ("es-MX", "Importar un chat", "Registro del chat", "aquí no hay ningún mensaje de chat."),
    ],
)
def test_a_file_that_is_no_chat_log_is_refused_in_the_words_of_the_page(
    server: Served, three: Night, watch: Watch, locale: str, opener: str, chat_log: str, refused: str
) -> None:
    viewer = watch(server.url, locale=locale)
    viewer.expects("400")
    viewer.log_in()
    page = viewer.open(f"/#/history/{three.session_id}")
    page.get_by_role("button", name=opener).click()
    dialog = page.get_by_role("dialog", name=opener)
    dialog.get_by_label(chat_log).set_input_files(
        FilePayload(name="photo.json", mimeType="application/json", buffer=b"\x89PNG\r\n\x1a\n" * 20)
    )
    expect(dialog.get_by_role("alert")).to_contain_text(refused)


def test_a_second_file_is_a_new_start(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("400",), time_zone="UTC")
    dialog.pick("nothing at all")
    expect(dialog.alert).not_to_be_empty()
    dialog.pick(irssi("19:10 < pia> thisgame++"))
    dialog.must_show("1 vote found")
    expect(dialog.alert).to_have_count(0)
    assert three.votes() == {}


def test_a_server_that_is_away_is_no_riddle_and_the_file_is_looked_at_again(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, refusals=("ERR_INTERNET_DISCONNECTED",), time_zone="UTC")
    dialog.page.context.set_offline(True)
    dialog.pick(irssi("19:10 < pia> thisgame++"))
    expect(dialog.alert).to_contain_text("be reached. Try again in a moment.")
    dialog.page.context.set_offline(False)
    dialog.look_again()
    dialog.must_show("1 vote found")


@pytest.mark.parametrize("way", ["Stop", "Escape"])
def test_a_large_file_shows_how_far_it_is_and_can_be_stopped_without_a_trace(
    three: Night, importing: Importing, look: Look, way: str
) -> None:
    dialog = importing(three.session_id, time_zone="UTC")
    dialog.pick(irssi("19:10 < pia> thisgame++", *(f"19:15 < pia> line {number}" for number in range(12_000))))
    dialog.must_show("1 vote found")
    line = dialog.page.context.new_cdp_session(dialog.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10_000}
    line.send("Network.emulateNetworkConditions", slow)
    dialog.button.click()
    progress = dialog.dialog.get_by_role("progressbar")
    expect(progress).to_have_attribute("value", re.compile(r"0\.[0-9]*[1-9]"))
    expect(dialog.status).to_have_text("Sending the file …")
    if way == "Stop":
        dialog.dialog.get_by_role("button", name="Stop").click()
        expect(dialog.status).to_have_text("Stopped. Nothing was imported.")
        expect(progress).to_have_count(0)
    else:
        dialog.page.keyboard.press("Escape")
        expect(dialog.dialog).to_be_hidden()
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    assert three.votes() == {}
    assert look("SELECT id FROM chat_imports") == []
    if way == "Stop":
        dialog.do()
        assert three.votes() == {"A": (1, 0)}


def test_an_import_that_is_stopped_while_its_votes_are_counted_says_where_to_look(
    three: Night, importing: Importing, database_url: str, look: Look
) -> None:
    dialog = importing(three.session_id, time_zone="UTC")
    dialog.pick(irssi("19:10 < pia> thisgame++"))
    dialog.must_show("1 vote found")
    engine = writing_engine(database_url)
    with engine.begin() as connection:  # so that the server can't be done before it is stopped
        lock_writers(connection, PATIENCE)
        dialog.button.click()
        expect(dialog.status).to_have_text("Counting the votes …")
        dialog.dialog.get_by_role("button", name="Stop").click()
        told = "Stopped. If the votes were counted already, they stay: the night shows them."
        expect(dialog.status).to_have_text(told)
        expect(dialog.dialog.get_by_role("progressbar")).to_have_count(0)
    engine.dispose()
    begun = "SELECT seq FROM sqlite_sequence WHERE name = 'chat_imports'"
    under_way = "SELECT id FROM chat_imports WHERE state IN ('staging', 'applying')"
    wait_until(lambda: bool(look(begun)) and not look(under_way), "the import is given up, or done after all")
    dialog.do()
    assert three.votes() == {"A": (1, 0)}
    assert {row["state"] for row in look("SELECT state FROM chat_imports")} == {"done"}


def test_an_import_is_done_by_keyboard(three: Night, importing: Importing) -> None:
    dialog = importing(three.session_id, time_zone="UTC")
    dialog.dialog.get_by_label("Chat log").focus()
    dialog.pick(json.dumps([entry("19:10:00", "pia", "thisgame++")]), "chat.json")
    dialog.must_show("1 vote found", "Its times tell their zone.")
    expect(dialog.dialog.get_by_label("Chat log")).to_be_focused()
    for control in ("Replace what was imported for this night before", "Cancel", "Import"):
        dialog.page.keyboard.press("Tab")
        focused = dialog.page.evaluate("document.activeElement.closest('label, button').innerText.trim()")
        assert focused == control
    dialog.page.keyboard.press("Enter")
    expect(dialog.dialog.get_by_role("heading", name="Imported")).to_be_focused()
    dialog.page.keyboard.press("Tab")
    dialog.page.keyboard.press("Enter")
    expect(dialog.dialog).to_be_hidden()
    assert three.votes() == {"A": (1, 0)}
