from gamenight.cli import main

main()
