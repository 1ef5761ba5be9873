"""``python -m newsroom.embedded.stripe``: the local Stripe stand-in, on loopback only, until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from newsroom.embedded.stripe.server import Server
from newsroom.embedded.stripe.standin import InUse, StandIn


def main() -> int:
    options = _options()
    try:
        stand_in = StandIn(options.state, options.clock, options.port)
        server = Server(stand_in, options.port)
    except InUse as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The Stripe stand-in cannot serve on 127.0.0.1:{options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    stand_in.listen_for(options.webhook, options.webhook_secret)
    stand_in.start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Stripe stand-in: {stand_in.base_url}/_stand_in/", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    stand_in.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="newsroom.embedded.stripe", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="directory that keeps the state")
    parser.add_argument("--clock", type=Path, required=True, help="file with the clock's offset in whole seconds")
    parser.add_argument("--webhook", required=True, help="address that events are sent to")
    parser.add_argument("--webhook-secret", required=True, help="secret they are signed with, whsec_…")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
