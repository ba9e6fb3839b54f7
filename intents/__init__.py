"""Indonesian text in, understanding and answers out.

This package reads text and the files it is given, and nothing else: no network, no database, no clock.
"""
