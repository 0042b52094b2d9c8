"""How a process that lives for one command keeps its memory."""

from __future__ import annotations

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MAPPED_BLOCKS = -1, -4  # M_TRIM_THRESHOLD and M_MMAP_MAX of malloc.h


def keep_freed_memory() -> None:
    """Have glibc use the memory of freed arrays again, and not give it back meanwhile.

    By default each array of 32 MiB or more is mapped anew and unmapped when it is freed, so that
    every one of a year's columns is made of new pages. With ten million employees that is a third
    of the engine's time, and more in a virtual machine whose host takes free pages away.

    Does nothing where the C library has no `mallopt`, such as on macOS, Windows and with musl.
    """
    import ctypes  # numpy has it loaded by now; `planalign --help` does not need it

    try:
        adjust = ctypes.CDLL(None).mallopt
    except (AttributeError, TypeError):
        return
    adjust(_TRIM_THRESHOLD, -1)  # never
    adjust(_MAPPED_BLOCKS, 0)
