"""What no shop, bank or campus desk is asked: texts that teach every model what out of scope looks like.

Written for this project, in the tone of customers. Training leaves out those that resemble a knowledge base's
own examples, and adds to them the out-of-scope examples that the knowledge base brings.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

_FILE = Path(__file__).parent / "background.txt"
_HOME_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@cache
def background_texts() -> tuple[str, ...]:
    """The built-in out-of-scope texts, one a line of `background.txt`."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def gibberish(seed: int, count: int = 40) -> list[str]:
    """Keyboard mashing: runs along a row of keys, and random letters."""
    generator = np.random.default_rng(seed)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    texts = []
    for _ in range(count):
        words = []
        for _ in range(int(generator.integers(1, 4))):
            length = int(generator.integers(4, 12))
            keys = list(generator.choice(_HOME_ROWS)) if generator.random() < 0.7 else letters
            words.append("".join(generator.choice(keys, size=length)))
        texts.append(" ".join(words))
    return texts
