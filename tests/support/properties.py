"""How properties are searched: with the same numbers in every run of the suite, with others in each search of its own.

So a suite that is green stays green, and `python3 run.py search` looks where nobody has looked yet. It runs what is
marked "hypothesis", which hypothesis does itself, and "chance".
"""

from hypothesis import HealthCheck, settings


def register_profiles() -> None:
    """Make the suite's way the default; `--hypothesis-profile=search` asks for the other one."""
    # How long an example takes is the machine's affair.
    unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("suite", unhurried, derandomize=True, database=None)
    settings.register_profile("search", unhurried, max_examples=1000, print_blob=True)
    settings.load_profile("suite")
