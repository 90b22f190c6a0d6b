"""How kernels are compiled: typed, cached beside the sources, without holding the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def compiled(kernel: _Kernel) -> _Kernel:
    """Compile a kernel; machine code is kept next to the source, as Python keeps its own."""
    return cast("_Kernel", nb.njit(cache=True, nogil=True)(kernel))


def inlined(kernel: _Kernel) -> _Kernel:
    """Compile a kernel into its callers: what stands in inner loops must not cost a call."""
    return cast("_Kernel", nb.njit(cache=True, nogil=True, inline="always")(kernel))
