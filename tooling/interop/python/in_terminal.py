"""Runs a command in a terminal of its own: what comes on standard input is typed there, what it shows is printed.

Arguments: the command. Exits as the command does. Typing needs no end: the command ends by itself.
"""

import os
import pty
import sys

sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
