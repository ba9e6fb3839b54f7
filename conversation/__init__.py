"""The shared words of Tanggap: messages, state, effects and ports. Standard library only."""
