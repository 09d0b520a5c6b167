# kazoo_lock.py HOST:PORT: what an acquire and a release of kazoo's Lock cost, that nobody else wants, for `make bench`; the
# median in us, as JSON.
import json
import os
import sys
import time

from kazoo.client import KazooClient

client = KazooClient(hosts=sys.argv[1])
client.start()
lock = client.Lock(f"/kazoo-lock-{os.getpid()}")
took = []
for _ in range(400):
    began = time.perf_counter_ns()
    lock.acquire()
    lock.release()
    took.append((time.perf_counter_ns() - began) / 1000)
print(json.dumps(sorted(took)[len(took) // 2]))
client.stop()
