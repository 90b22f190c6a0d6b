"""How kernels are compiled: typed, cached beside the sources, without holding the GIL.

Machine code holds all that a kernel calls and every constant that it names, wherever these stand;
numba's cache looks only at the kernel's own file. Here it looks at the files of all kernels and
types that a kernel uses, directly or through others, and at the values of its constants.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar, cast

import numba as nb
import numpy as np
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.dispatcher import Dispatcher

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
_CONSTANTS = (int, float, complex, str, bytes, tuple, np.generic, type(None))


def compiled(kernel: _Kernel) -> _Kernel:
    """Compile a kernel; machine code is kept next to the source, as Python keeps its own."""
    return cast("_Kernel", _kept(nb.njit(nogil=True)(kernel)))


def inlined(kernel: _Kernel) -> _Kernel:
    """Compile a kernel into its callers: what stands in inner loops must not cost a call."""
    return cast("_Kernel", _kept(nb.njit(nogil=True, inline="always")(kernel)))


def used_by(kernel: Callable[..., Any]) -> bytes:
    """Return a digest of the sources and constants that the machine code of a kernel holds.

    Parameters
    ----------
    kernel
        A Python function whose names are all bound.
    """
    package = kernel.__module__.partition(".")[0]
    files: set[str] = set()
    constants: list[tuple[object, ...]] = []
    met, waiting = {kernel}, [kernel]
    while waiting:
        found = waiting.pop()
        files.add(found.__code__.co_filename)
        for name, value in _named(found):
            if isinstance(value, Dispatcher):
                if value.py_func not in met:
                    met.add(value.py_func)
                    waiting.append(value.py_func)
            elif isinstance(value, np.ndarray):
                constants.append((found.__qualname__, name, value.dtype.str, value.tobytes()))
            elif isinstance(value, _CONSTANTS):
                constants.append((found.__qualname__, name, repr(value)))
            else:
                files.update(_file_in(package, value))
    told = [sorted(map(_digest, files)), sorted(constants, key=repr)]
    return sha256(repr(told).encode()).digest()


def _kept(kernel: Any) -> Any:
    """Keep the machine code of a dispatcher from one process to the next."""
    # enable_caching() does the same with numba's own class, which knows one file.
    kernel._cache = _Cache(kernel.py_func)
    return kernel


class _Cache(FunctionCache):  # type: ignore[misc]
    """Numba's cache, whose index is void when anything that a kernel uses has changed."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the machine code of a signature, None if there is none; asked before saving."""
        index = IndexDataCacheFile(self._cache_path, self._impl.filename_base,
                                   self._impl.locator.get_source_stamp())
        # The version is read before the rest, which may name types that are no more.
        index._version += used_by(self._py_func).hex()
        self._cache_file = index
        return super().load_overload(sig, target_context)


def _named(kernel: Callable[..., Any]) -> Iterator[tuple[str, object]]:
    """Return the global names of a kernel's code and what they stand for."""
    codes = [kernel.__code__]
    while codes:
        code = codes.pop()
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
        for name in code.co_names:
            if name in kernel.__globals__:
                yield name, kernel.__globals__[name]


def _file_in(package: str, value: object) -> Iterator[str]:
    """Return the file of a module, type or function that belongs to a package."""
    if isinstance(value, ModuleType):
        name, path = value.__name__, value.__file__
    elif isinstance(value, (type, FunctionType)):
        name, path = value.__module__, getattr(sys.modules.get(value.__module__), "__file__", None)
    else:
        return
    if path is not None and name.partition(".")[0] == package:
        yield path


@cache
def _digest(path: str) -> bytes:
    """Return a digest of a file; nothing for code from nowhere, which numba looks after itself."""
    return sha256(Path(path).read_bytes()).digest() if Path(path).is_file() else b""
