#!/usr/bin/env bash
# distributed 2026.8.0: `priority` orders only what one worker has been given, and a task is given to a worker the moment that it
# is submitted, also where all are busy. So one of the highest priority waits behind a long one, while a worker that becomes
# free takes one task of a low priority after the other. The queue of the scheduler, which is on by default ("worker-saturation", since
# 2022.11), does not help: it takes only what looks like the roots of a large graph, from the fifth task of a group on two threads on, and
# nothing that names a worker's resource (`resources={"trainer": 1}`): of such tasks none is ever "queued". Seen in
# `distributed/scheduler.py`: `is_rootish`. Who wants turns across several workers hands over one task at a time.
# Needs python3. Prints in which states thirteen tasks wait on two busy workers of one thread, and which place the high one gets.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check distributed==2026.8.0

cat > turns.py <<'PYTHON'
import time

from distributed import Client, Scheduler, SpecCluster, Worker


def work(name, seconds):
    began = time.time()
    time.sleep(seconds)
    return began, name


def order(resources):
    worker = {"cls": Worker, "options": {"nthreads": 1, "resources": {"trainer": 1}}}
    scheduler = {"cls": Scheduler, "options": {"dashboard": False, "port": 0, "host": "127.0.0.1"}}
    with SpecCluster({0: worker, 1: worker}, scheduler=scheduler) as cluster, Client(cluster) as client:
        def submit(names, seconds, priority):
            return [client.submit(work, name, each, priority=priority, resources=resources, key=name, pure=False)
                    for name, each in zip(names, seconds)]

        futures = submit(["long", "short"], [4, 1], 0)
        time.sleep(0.3)
        futures += submit([f"low-{number}" for number in range(12)], [0.2] * 12, 0)
        time.sleep(0.3)
        futures += submit(["high"], [0.2], 10)
        time.sleep(0.2)
        states = sorted({task.state for task in cluster.scheduler.tasks.values()})
        return states, [name for _, name in sorted(client.gather(futures))][2:]


if __name__ == "__main__":
    for words, resources in (("with a resource", {"trainer": 1}), ("without", None)):
        states, names = order(resources)
        place = names.index("high") + 1
        print(f"{words}: {', '.join(states)}; the high one is number {place} of 13 that waited")
PYTHON
said=$(venv/bin/python turns.py 2> log.txt) || { cat log.txt; exit 1; }
echo "$said"
grep -Eq "^with a resource: processing; the high one is number ([2-9]|1[0-3]) of" <<< "$said"
grep -Eq "^without: processing, queued; the high one is number ([2-9]|1[0-3]) of" <<< "$said"
echo "As described: a free worker runs tasks of a low priority while one of a high priority waits for another worker."
