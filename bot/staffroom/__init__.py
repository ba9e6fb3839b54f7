"""What staff do with the bot outside of tickets' topics: look up, try and change what it answers, in words."""
