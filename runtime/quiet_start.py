"""Runs a module as ``python -m`` does, without collections of garbage until it calls ``garbage.set_aside``.

``python -m runtime.quiet_start worker``: what the module imports is made meanwhile.
"""

import runpy
import sys

from runtime import garbage

if __name__ == "__main__":
    garbage.postpone()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
