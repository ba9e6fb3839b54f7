"""The surfaces of the desk: how agents see tickets, and how their words become its use cases."""
