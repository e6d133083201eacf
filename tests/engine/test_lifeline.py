"""What a parent says to a child, also to one that has ended meanwhile."""

import subprocess

from lenet.engine.lifeline import send_line, start_child


def test_a_line_to_a_child_that_has_ended_is_lost_and_no_error() -> None:
    with start_child("this", stdout=subprocess.DEVNULL) as process:
        process.wait()
        send_line(process, b"Are you there?")
    assert process.returncode == 0


def test_a_long_line_arrives_whole() -> None:
    said = b'"%s"' % (b"7" * 300_000)
    with start_child("json.tool", stdout=subprocess.PIPE) as process:
        send_line(process, said)
        process.stdin.close()
        assert process.stdout.read().strip() == said
