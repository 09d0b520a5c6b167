# kazoo_loop.py HOST:PORT: what requests cost with kazoo, for `make bench`; medians in us, as JSON.
import json
import os
import sys
import time

from kazoo.client import KazooClient


def median(times, one):
    took = []
    for _ in range(times):
        began = time.perf_counter_ns()
        one()
        took.append((time.perf_counter_ns() - began) / 1000)
    return sorted(took)[times // 2]


client = KazooClient(hosts=sys.argv[1])
client.start()
path = f"/kazoo-{os.getpid()}"
client.create(path, b"x" * 64)


def both():
    client.create(path + "-x")
    client.delete(path + "-x")


print(json.dumps({
    "get": median(2000, lambda: client.get(path)),
    "exists": median(2000, lambda: client.exists(path)),
    "set": median(500, lambda: client.set(path, b"y")),
    "create and delete": median(500, both),
}))
client.delete(path)
client.stop()
