"""A file of named arrays and one JSON header: no pickle, checked before it is believed, written atomically.

Layout: magic (8 bytes), schema version (u32), length of the body (u64), SHA-256 of the body (32 bytes), body.
The body is the length of the header (u32), the header (JSON, UTF-8), then the arrays' bytes, little-endian, in
the order of the header. It knows nothing of models.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conversation.errors import ModelError

MAGIC = b"TANGGAP\n"
MAX_FILE = 1 << 30
MAX_HEADER = 16 << 20
REMEDY = "run `tanggap train`"

_PREFIX = struct.Struct("<8sIQ32s")
_LENGTH = struct.Struct("<I")
_DTYPES = frozenset({"|u1", "|i1", "<i4", "<i8", "<f2", "<f4", "<f8"})

Arrays = Mapping[str, NDArray[Any]]


def write(path: Path, version: int, header: Mapping[str, Any], arrays: Arrays) -> None:
    """Write to a temporary file beside `path`, flush it to the disk, and rename it into place.

    Raises `ModelError` where that is not possible; what stood there before stays.
    """
    directory = [
        {"name": name, "dtype": array.dtype.newbyteorder("<").str, "shape": list(array.shape)}
        for name, array in arrays.items()
    ]
    head = json.dumps({**header, "arrays": directory}, ensure_ascii=False).encode()
    chunks = [_LENGTH.pack(len(head)), head]
    chunks += [np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes() for array in arrays.values()]
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    prefix = _PREFIX.pack(MAGIC, version, sum(map(len, chunks)), digest.digest())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, [prefix, *chunks])
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "Check that the folder exists, can be written, and has room."
        raise ModelError(f"{path} cannot be written: {reason}.", remedy=remedy) from error


def _replace(path: Path, chunks: Sequence[bytes]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path, version: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and read-only arrays of a file. Raises `ModelError`, whatever is wrong with it."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise ModelError(f"{path} is too big for a model (more than {MAX_FILE >> 20} MiB).", remedy=REMEDY)
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy=REMEDY) from error
    if len(content) < _PREFIX.size or not content.startswith(MAGIC):
        raise ModelError(f"{path} is not a Tanggap model, or is cut off.", remedy=REMEDY)
    _, found, length, digest = _PREFIX.unpack_from(content)
    if found != version:
        raise ModelError(f"{path} has model version {found}; this Tanggap reads {version}.", remedy=REMEDY)
    body = memoryview(content)[_PREFIX.size :]
    if len(body) != length or hashlib.sha256(body).digest() != digest:
        raise ModelError(f"{path} is damaged: its checksum does not match.", remedy=REMEDY)
    try:
        return _parse(body)
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise ModelError(f"{path} is damaged: {error}.", remedy=REMEDY) from error


def _parse(body: memoryview) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    (size,) = _LENGTH.unpack_from(body)
    if size > MAX_HEADER:
        raise ValueError("the header is too big")
    header = json.loads(bytes(body[_LENGTH.size : _LENGTH.size + size]))
    offset = _LENGTH.size + size
    arrays: dict[str, NDArray[Any]] = {}
    for entry in header.pop("arrays"):
        if entry["dtype"] not in _DTYPES:
            raise ValueError(f"array type {entry['dtype']!r} is not allowed")
        dtype, shape = np.dtype(entry["dtype"]), tuple(int(side) for side in entry["shape"])
        if any(side < 0 for side in shape):
            raise ValueError("an array has a negative side")
        count = int(np.prod(shape, dtype=object)) if shape else 1
        # A copy: a view would keep the whole file in memory for as long as the smallest array is used.
        array = np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape).copy()
        array.flags.writeable = False
        arrays[entry["name"]] = array
        offset += count * dtype.itemsize
    if offset != len(body):
        raise ValueError("there are bytes left over")
    return header, arrays
