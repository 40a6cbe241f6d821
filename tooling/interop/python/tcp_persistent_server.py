"""One client, any number of exchanges, in the upper case of text. Arguments: host port."""

import socket
import sys


def run_server():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((sys.argv[1], int(sys.argv[2])))
    s.listen(10)
    print(f"Listening on {s.getsockname()[1]}", flush=True)

    try:
        conn, addr = s.accept()
        print(f"New connection from {addr}")

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


if __name__ == "__main__":
    run_server()
