"""Change into another user, ask to be ended with the parent, and become the program that was named.

Run as a script: `python -I -S become.py UID GID PARENT PROGRAM [ARGUMENT...]`; UID and GID are `-` to stay who we are.
A script, and not code between fork and exec, because it stays right in a process with threads. The process id stays
the same through the exec, so the program is a direct child of whoever started this. Whoever does holds SIGINT back,
which would be lost while Python starts (`spawn.py`); here it is let in, and ends this script, then reaches the program.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(uid: str, gid: str, parent: str, command: list[str]) -> None:
    """Replace this process by `command`, which gets SIGINT as soon as the thread that started it ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    os.umask(0o077)
    if sys.platform == "linux":
        # After the change of user: the kernel forgets the wish when the user changes.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != int(parent):  # the parent ended before the wish was made
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted; the command is ours


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
