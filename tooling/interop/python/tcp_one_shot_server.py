"""One client, one exchange: answers the first 1,024 bytes in upper case and closes. Arguments: host port."""

import socket
import sys

# Establish the socket instance
# Family: IPv4, Type: Stream (TCP)
server_sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# Assign local host and port
host = sys.argv[1]
port = int(sys.argv[2])
server_sock.bind((host, port))

# Begin accepting incoming connections (Queue size: 5)
server_sock.listen(5)
print(f"Server started on {server_sock.getsockname()[1]}", flush=True)

try:
    # Block until a client connects
    conn, addr = server_sock.accept()
    print(f"Connected by {addr}")

    # Receive payload (Bytes limit: 1024)
    data = conn.recv(1024)

    # Echo back modified data
    if data:
        response = data.upper()
        conn.sendall(response)
finally:
    conn.close()
    server_sock.close()
