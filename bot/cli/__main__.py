"""`python -m bot.cli`: the command line where the script `tanggap` is not at hand."""

from bot.cli.commands import main

main()
