"""One exchange: sends a message, prints the reply. Arguments: host port message."""

import socket
import sys

# Create client socket
cli_sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

target_host = sys.argv[1]
target_port = int(sys.argv[2])

# Initiate connection
cli_sock.connect((target_host, target_port))

# Transmit UTF-8 encoded string
msg = sys.argv[3]
cli_sock.send(msg.encode('utf-8'))

# Capture response
resp = cli_sock.recv(1024)
print(f"Server Reply: {resp.decode('utf-8')}")

cli_sock.close()
