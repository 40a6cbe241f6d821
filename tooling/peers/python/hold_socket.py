"""Opens a listening socket, hands it to a program as systemd would, and takes a connection itself when the program has ended.

Arguments: tcp or unix, an address (a path, or a host), the program and its arguments. Prints where it listens first, and
"held" when it could still accept and answer afterwards. The program's outputs are its own.
"""

import os
import socket
import sys

kind, where, *program = sys.argv[1:]
if kind == "unix":
    held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    held.bind(where)
    print(f"unix:{where}", flush=True)
else:
    held = socket.create_server((where, 0))
    print(f"tcp://{where}:{held.getsockname()[1]}", flush=True)
held.listen(5)

child = os.fork()
if child == 0:
    if held.fileno() != 3:
        os.dup2(held.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="held")
    os.execv(program[0], program)

os.waitpid(child, 0)
held.settimeout(10)
connection, _ = held.accept()
connection.sendall(b"held")
connection.close()
print("held", flush=True)
