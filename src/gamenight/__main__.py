from gamenight.cli import main

main(prog_name="gamenight")
