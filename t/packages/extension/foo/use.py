# SPDX-FileCopyrightText: dh-hwcaps developers
# SPDX-License-Identifier: GPL-2.0-or-later
"""Say what the extension modules do, whichever way they are loaded."""

import importlib
import multiprocessing
import sys
import threading
from pathlib import Path

from foo import _bound, _cython, added, calls, scaled, total

HERE = str(Path(__file__).resolve().parent)
NUMBERS = [float(number) for number in range(100)]


def worker(number):
    return added(NUMBERS) + total(NUMBERS) + number


def main():
    print("files", Path(_bound.__file__).name, Path(_cython.__file__).name)
    print("sums", added(NUMBERS), total(NUMBERS), scaled(NUMBERS))
    for module in (_bound, _cython):
        try:
            module.fail()
        except (IndexError, _cython.Error) as error:
            print("raised", type(error).__name__, error)
    print("calls", calls(), calls())
    thread = threading.Thread(target=lambda: print("in a thread", calls()))
    thread.start()
    thread.join()
    print("same", importlib.import_module("foo._bound") is _bound)
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(worker, range(4)))
    in_another_interpreter("import foo._plain; print(foo._plain.scaled([1.0, 2.0]), flush=True)")
    in_another_interpreter("import foo._cython")


def in_another_interpreter(code):
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    interpreters = importlib.import_module(name)
    # Not through the package itself, which would load all modules.
    start = f"import sys, types; foo = types.ModuleType('foo'); foo.__path__ = [{HERE!r}]"
    one = interpreters.create()
    try:
        said = interpreters.run_string(one, f"{start}; sys.modules['foo'] = foo; {code}")
    except RuntimeError as error:
        said = error
    print("in a sub-interpreter", getattr(said, "formatted", said), flush=True)
    interpreters.destroy(one)


if __name__ == "__main__":
    if sys.argv[1:] == ["level"]:
        print(_bound.level(), _cython.level())
    else:
        main()
