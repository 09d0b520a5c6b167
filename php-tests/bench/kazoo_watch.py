# kazoo_watch.py HOST:PORT: from a set in one process to a callback in another with kazoo, for `make bench`; the median in us.
import json
import os
import sys
import time

from kazoo.client import KazooClient

TIMES = 300
path = f"/kazoo-watch-{os.getpid()}"
reading, writing = os.pipe()
child = os.fork()
client = KazooClient(hosts=sys.argv[1])
client.start()
if child == 0:
    # As soon as the other one is armed, which says so with a byte.
    for _ in range(TIMES):
        os.read(reading, 1)
        time.sleep(0.002)
        client.set(path, str(time.monotonic_ns()).encode())
    client.stop()
    os._exit(0)
client.create(path, b"")
seen = []


def called(_):
    seen.append(time.monotonic_ns())


took = []
for times in range(TIMES):
    client.get(path, watch=called)
    os.write(writing, b"x")
    while len(seen) <= times:
        time.sleep(0.0002)
    took.append((seen[times] - int(client.get(path)[0])) / 1000)
os.waitpid(child, 0)
print(json.dumps(sorted(took)[TIMES // 2]))
client.delete(path)
client.stop()
