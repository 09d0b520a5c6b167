# kazoo_line.py HOST:PORT PATH: takes a lock of kazoo's in turn with others, for kazoo.phpt. Each line that it reads is one of
# `lock`, `read` and `write`, to acquire, and `release`; each that it writes, what came of it.
import sys

from kazoo.client import KazooClient
from kazoo.recipe.lock import ReadLock, WriteLock

client = KazooClient(hosts=sys.argv[1])
client.start()
path = sys.argv[2]
# What else stands in the line: a reader waits for what is no reader.
locks = {
    "lock": client.Lock(path, "kazoo", extra_lock_patterns=["-lock-", "__WRIT__", "__READ__"]),
    "read": ReadLock(client, path, "kazoo", extra_lock_patterns=["-lock-", "__WRIT__"]),
    "write": WriteLock(client, path, "kazoo", extra_lock_patterns=["-lock-", "__WRIT__", "__READ__"]),
}
held = None
for line in sys.stdin:
    what = line.strip()
    if what == "release":
        held.release()
        print("released", flush=True)
    else:
        held = locks[what]
        held.acquire()
        print("acquired", flush=True)
client.stop()
