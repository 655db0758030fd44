"""The short symbols by which chat votes for a game."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Those of the catalogue that this version ships, for the games that came with an earlier one.
SYMBOLS = {
    "The Jackbox Party Pack": {
        "Drawful": "DRF",
        "Fibbage XL": "FXL",
        "Lie Swatter": "LSW",
        "Word Spud": "WSP",
        "You Don't Know Jack 2015": "YDKJ",
    },
    "The Jackbox Party Pack 2": {
        "Bidiots": "BDT",
        "Bomb Corp.": "BMBC",
        "Earwax": "EWX",
        "Fibbage 2": "FII",
        "Quiplash XL": "QXL",
    },
    "The Jackbox Party Pack 3": {
        "Fakin' It!": "FKI",
        "Guesspionage": "GSP",
        "Quiplash 2": "QII",
        "Tee K.O.": "TKO",
        "Trivia Murder Party": "TMP",
    },
    "The Jackbox Party Pack 4": {
        "Bracketeering": "BRKT",
        "Civic Doodle": "CVD",
        "Fibbage 3": "FIII",
        "Monster Seeking Monster": "MSM",
        "Survive the Internet": "SVTI",
    },
    "The Jackbox Party Pack 5": {
        "Mad Verse City": "MVC",
        "Patently Stupid": "PSTD",
        "Split the Room": "SPTR",
        "You Don't Know Jack: Full Stream": "YDKF",
        "Zeeple Dome": "ZPD",
    },
    "The Jackbox Party Pack 6": {
        "Dictionarium": "DCT",
        "Joke Boat": "JKB",
        "Push the Button": "PTB",
        "Role Models": "RLM",
        "Trivia Murder Party 2": "TMPS",
    },
    "The Jackbox Party Pack 7": {
        "Blather 'Round": "BLR",
        "Champ'd Up": "CHMP",
        "Quiplash 3": "QIII",
        "Talking Points": "TKP",
        "The Devils and the Details": "TDAD",
    },
    "The Jackbox Party Pack 8": {
        "Drawful: Animate": "DRA",
        "Job Job": "JBJ",
        "The Poll Mine": "PLM",
        "The Wheel of Enormous Proportions": "WOEP",
        "Weapons Drawn": "WPD",
    },
    "The Jackbox Party Pack 9": {
        "Fibbage 4": "FIV",
        "Junktopia": "JKT",
        "Nonsensory": "NSRY",
        "Quixort": "QXT",
        "Roomerang": "RMG",
    },
    "The Jackbox Party Pack 10": {
        "Dodo Re Mi": "DDRM",
        "FixyText": "FXT",
        "Hypnotorious": "HPN",
        "Tee K.O. 2": "TKOS",
        "Timejinx": "TJX",
    },
    "The Jackbox Party Pack 11": {
        "Cookie Haus": "CKH",
        "Doominate": "DMNT",
        "Hear Say": "HSY",
        "Legends of Trivia": "LGTR",
        "Suspectives": "SPV",
    },
    "The Jackbox Party Pack 12": {
        "Debate and Switch": "DBS",
        "Hyperface": "HFC",
        "Idol Factions": "IDLF",
        "MegaPals": "MGP",
        "We Forgot a Card": "WFC",
    },
    "The Jackbox Naughty Pack": {
        "Dirty Drawful": "DDF",
        "Fakin' It All Night Long": "FIAN",
        "Let Me Finish": "LMFI",
    },
    "The Jackbox Party Starter": {
        "Quiplash 3": "QPST",
        "Tee K.O.": "TKST",
        "Trivia Murder Party 2": "TMST",
    },
    "The Jackbox Survey Scramble": {
        "The Jackbox Survey Scramble": "SVS",
    },
    "Standalone": {
        "Drawful 2": "DII",
        "Fibbage XL": "FXLS",
        "Quiplash": "QPL",
        "Quiplash 2 InterLASHional": "QIL",
        "Trivia Murder Party 3": "TMPT",
    },
}


def upgrade() -> None:
    op.add_column("games", sa.Column("symbol", sa.Text(), nullable=True))
    statement = sa.text("UPDATE games SET symbol = :symbol WHERE pack_name = :pack AND title = :title")
    for pack, symbols in SYMBOLS.items():
        for title, symbol in symbols.items():
            op.get_bind().execute(statement, {"symbol": symbol, "pack": pack, "title": title})
    present = sa.text("removed_at IS NULL")
    op.create_index("uq_games_symbol", "games", ["symbol"], unique=True, sqlite_where=present, postgresql_where=present)
