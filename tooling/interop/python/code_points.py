"""Which of the code points on standard input (one JSON list of numbers) this Python's Unicode has not assigned."""

import json
import sys
import unicodedata

print(json.dumps([point for point in json.load(sys.stdin) if unicodedata.category(chr(point)) == "Cn"]))
