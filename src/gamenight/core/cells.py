"""Text in the cells of a spreadsheet, which runs some texts as formulas."""

import re

# Quotes don't keep a spreadsheet from running a cell as a formula, a leading apostrophe does. Cells that have such
# apostrophes of their own get one more, so that taking one off restores every text.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")


def escape(cell: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape(cell: str) -> str:
    """The text that `escape` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
