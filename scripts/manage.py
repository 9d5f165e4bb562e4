"""Entry point of the Makefile: `python3 scripts/manage.py COMMAND [ARGUMENTS]`. Needs nothing but Python itself."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from runtime import commands  # noqa: E402
from runtime.steps import Failure  # noqa: E402

COMMANDS = {
    "setup": commands.setup,
    "run": lambda port="8069": commands.run(int(port)),
    "test": commands.test,
    "lint": commands.lint,
    "format": commands.format_,
    "bench": commands.bench,
    "shell": commands.shell,
    "db": commands.db,
    "pot": commands.pot,
    "pictures": commands.pictures,
    "trace": commands.trace,
    "clean": commands.clean,
}


def main(words):
    if not words or words[0] not in COMMANDS:
        print(f"usage: manage.py {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    # Ctrl-C and a polite kill end a run the same way, also where the shell that started it ignored Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return COMMANDS[words[0]](*words[1:]) or 0
    except Failure as failure:
        print(f"\n  {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
