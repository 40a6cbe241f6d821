"""Runs a program of this folder again and again in one interpreter, once for every line of standard input.

A line is the program's arguments, a JSON list of strings. After every run standard error gets a line, "ran". Everything
ends at once when standard input ends, so that nothing outlives whoever started it.
"""

import json
import os
import queue
import runpy
import sys
import threading

lines = queue.Queue()


def read_lines():
    for line in sys.stdin:
        lines.put(json.loads(line))
    os._exit(0)


program = os.path.join(os.path.dirname(os.path.abspath(__file__)), sys.argv[1])
threading.Thread(target=read_lines, daemon=True).start()

while True:
    sys.argv = [program, *lines.get()]
    runpy.run_path(program, run_name="__main__")
    print("ran", file=sys.stderr)
