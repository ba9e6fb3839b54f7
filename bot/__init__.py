"""The shell of Tanggap: channels, storage, delivery and the command line; the only package that does I/O."""
