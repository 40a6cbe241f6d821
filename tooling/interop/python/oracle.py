"""What Python makes of upper case: JSON lines in, JSON lines out.

A line in is a base64 string. A line out holds the base64 of `bytes.upper()` and of `str.upper()`, null for what is no
UTF-8.
"""

import base64
import json
import sys


def encode(data):
    return base64.b64encode(data).decode()


def upper_text(data):
    try:
        return encode(data.decode().upper().encode())
    except UnicodeDecodeError:
        return None


for line in sys.stdin:
    data = base64.b64decode(json.loads(line))
    print(json.dumps({"bytes": encode(data.upper()), "text": upper_text(data)}))
