"""A bot in another language than ours, with the libraries that such bots use."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.locks import install_development_modules
from tests.support.patience import PATIENCE
from tests.support.server import ADMIN_KEY, Served
from web import build_pages


def test_a_bot_in_node_runs_a_night_votes_listens_and_resumes(server: Served) -> None:
    install_development_modules()
    program = build_pages.command("node", str(Path(__file__).with_name("bot.mjs")), server.url, ADMIN_KEY)
    finished = subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert finished.returncode == 0, finished.stderr
    told: dict[str, Any] = json.loads(finished.stdout)
    assert told["soft"]["of"] == "page_focus"
    assert (told["added"]["status"], told["added"]["body"]["game_id"]) == (201, told["picked"])
    named, plain = told["named"]["body"], told["plain"]["body"]
    assert (named["game"]["id"], named["game"]["upvotes"], named["sessionGame"]) == (told["other"], 1, None)
    assert (plain["game"]["id"], plain["sessionGame"]["downvotes"]) == (told["picked"], 1)
    assert told["heardNamed"]["data"]["game"]["id"] == told["other"]
    assert told["heardPlain"]["data"]["sessionGame"]["id"] == told["added"]["body"]["id"]
    refused = [(told[name]["status"], told[name]["body"]["code"]) for name in ("unknown", "nobody")]
    assert refused == [(400, "unknown_field"), (404, "symbol_not_found")]
    assert told["closed"]["body"]["is_active"] == 0
    assert told["ids"] == sorted(set(told["ids"])), "across both connections each event once, and in order"
    counted = {each["game_id"]: (each["upvotes"], each["downvotes"]) for each in told["votes"]}
    assert counted == {told["picked"]: (0, 1), told["other"]: (1, 0)}
