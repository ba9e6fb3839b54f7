"""Who serves whom next: tickets, their life, and the use cases of the desk. Rules only; nothing here does I/O."""
