"""Runs that wait take turns between people."""

from collections.abc import Sequence

from lenet.people.person import Person
from lenet.runs.listing import RunSummary
from lenet.runs.status import Status
from lenet.runs.turn import next_turn

ADA, BEN, CEM = (Person(name.lower(), name) for name in ("Ada", "Ben", "Cem"))


class Queue:
    """The runs of a class and one trainer, as the lists of runs show them."""

    def __init__(self) -> None:
        self.runs: list[RunSummary] = []
        self.order: list[str] = []

    def add(self, owner: Person | None, count: int = 1) -> None:
        for _ in range(count):
            number = len(self.runs)
            status = Status(turn=next_turn(owner, self.runs), queued_at=number)
            run = RunSummary(
                f"{owner.name if owner else 'x'}{number}", "", "", "", "queued", status, owner=owner
            )
            self.runs.append(run)

    def train(self, count: int = 1) -> None:
        """The next ones, each to its end."""
        for _ in range(count):
            waiting = [run for run in self.runs if run.state == "queued"]
            first = min(waiting, key=lambda run: run.status.in_queue)
            self.order.append(first.owner.name if first.owner else "x")
            place = self.runs.index(first)
            self.runs[place] = RunSummary(first.id, "", "", "", "finished", first.status, owner=first.owner)

    def trained(self) -> str:
        return "".join(name[0] for name in self.order)


def everybody(queue: Queue, people: Sequence[Person]) -> None:
    for person in people:
        queue.add(person)


def test_fifty_of_one_delay_nobodys_first_by_more_than_one() -> None:
    queue = Queue()
    queue.add(ADA, 50)
    queue.train()
    everybody(queue, (BEN, CEM))
    queue.train(4)
    assert queue.trained()[:4] in ("AABC", "ABCA", "ABAC") and queue.trained().count("A") <= 3


def test_who_comes_again_and_again_does_not_keep_another_waiting() -> None:
    queue = Queue()
    queue.add(ADA, 10)
    for _ in range(8):
        queue.add(BEN)
        queue.train(2)
    assert queue.trained().count("A") >= 7, queue.trained()


def test_people_who_have_many_alternate() -> None:
    queue = Queue()
    queue.add(ADA, 5)
    queue.add(BEN, 5)
    queue.train(10)
    assert queue.trained() == "ABABABABAB"


def test_alone_it_is_the_order_of_queueing() -> None:
    queue = Queue()
    queue.add(None, 3)
    queue.train(3)
    assert queue.trained() == "xxx" and {run.status.turn for run in queue.runs} == {0}


def test_a_run_that_is_queued_again_does_not_count_itself() -> None:
    queue = Queue()
    queue.add(ADA)
    assert next_turn(ADA, queue.runs, queue.runs[0].id) == 0 and next_turn(ADA, queue.runs) == 1
