"""What the bot does about what it understood. Pure rules: no I/O, no clock, no chance."""
