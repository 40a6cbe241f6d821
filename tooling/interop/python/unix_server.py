"""One client on a Unix stream socket, any number of exchanges, in the upper case of text. Arguments: path."""

import os
import socket
import sys


def run_server():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(sys.argv[1])
    s.listen(10)
    print(f"Listening on {s.getsockname()}", flush=True)

    try:
        conn, _ = s.accept()
        print("New connection")

        while True:
            buffer = conn.recv(1024)
            if not buffer:
                break

            msg = buffer.decode().upper()
            print(f"Received: {msg}")

            # Send processed response
            conn.send(msg.encode())
    except Exception as e:
        print(f"Error occurred: {e}")
    finally:
        conn.close()
        s.close()
        os.unlink(sys.argv[1])


if __name__ == "__main__":
    run_server()
