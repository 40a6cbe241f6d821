"""A server in the manner of SMTP that starts TLS when it is asked to, and then sends back what comes until its client has finished.

Arguments: certificate, key. Prints the port that it listens at, serves one client, prints how many bytes it sent back.
"""

import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
connection.sendall(b"220 localhost ESMTP\r\n")
lines = connection.makefile("rb", buffering=0)
assert lines.readline().startswith(b"EHLO ")
connection.sendall(b"250-localhost\r\n250 STARTTLS\r\n")
assert lines.readline() == b"STARTTLS\r\n"
connection.sendall(b"220 go ahead\r\n")

count = 0
with context.wrap_socket(connection, server_side=True) as secured:
    while piece := secured.recv(65536):
        secured.sendall(piece)
        count += len(piece)
    secured.unwrap()
print(count, flush=True)
