# kazoo_lock.py HOST:PORT: acquire() and release() of kazoo's Lock, and from release() in one process to the return of
# acquire() in another, for `make bench`; medians in us, as JSON.
import json
import os
import sys
import time

from kazoo.client import KazooClient

ALONE = 500
HANDS = 200
path = f"/kazoo-lock-{os.getpid()}"
# One for each way.
(told, tells), (hears, says) = os.pipe(), os.pipe()
child = os.fork()
client = KazooClient(hosts=sys.argv[1])
client.start()
lock = client.Lock(path + "/hand")
if child == 0:
    # Asks for it when it is told to, says when it has it, and gives it back.
    for _ in range(HANDS):
        os.read(told, 1)
        lock.acquire()
        os.write(says, time.monotonic_ns().to_bytes(8, "big"))
        lock.release()
    client.stop()
    os._exit(0)

alone = client.Lock(path + "/alone")
took = []
for _ in range(ALONE):
    began = time.perf_counter_ns()
    alone.acquire()
    alone.release()
    took.append((time.perf_counter_ns() - began) / 1000)

handed = []
for _ in range(HANDS):
    lock.acquire()
    os.write(tells, b"x")
    while len(client.get_children(path + "/hand")) < 2:
        time.sleep(0.0005)
    time.sleep(0.003)
    began = time.monotonic_ns()
    lock.release()
    handed.append((int.from_bytes(os.read(hears, 8), "big") - began) / 1000)
os.waitpid(child, 0)
print(json.dumps({"alone": sorted(took)[ALONE // 2], "hand": sorted(handed)[HANDS // 2]}))
client.delete(path, recursive=True)
client.stop()
