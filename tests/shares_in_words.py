"""What shares are called: in figures that Python draws, and in those of the browser."""

SHARE_WORDS = [
    (0, "< 0.1 %"),
    (0.0004, "< 0.1 %"),
    (0.001, "0.1 %"),
    (0.98351, "98.4 %"),
    (0.9994, "> 99.9 %"),
    (1, "> 99.9 %"),
]
