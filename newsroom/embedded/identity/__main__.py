"""``python -m newsroom.embedded.identity``: the local identity provider, on loopback only, until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
import threading

from newsroom.embedded.identity.server import Server


def main() -> int:
    parser = argparse.ArgumentParser(prog="newsroom.embedded.identity", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    port = parser.parse_args().port
    try:
        server = Server(port)
    except OSError as error:
        print(f"The identity stand-in cannot serve on 127.0.0.1:{port}: {error.strerror}.", file=sys.stderr)
        return 1
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Identity stand-in: {server.base}/google/", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
