"""What the paper of 1998 fixes by tables: which maps C3 sees, the ten codes of the output; LeNet-1's C3.

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
table I and figure 3. Data alone; must not import anything of the project.
"""

# For each of the 6 maps of S2 the maps of C3 that see it: 60 pairs.
_SEEN_BY = (
    (0, 4, 5, 6, 9, 10, 11, 12, 14, 15),
    (0, 1, 5, 6, 7, 10, 11, 12, 13, 15),
    (0, 1, 2, 6, 7, 8, 11, 13, 14, 15),
    (1, 2, 3, 6, 7, 8, 9, 12, 14, 15),
    (2, 3, 4, 7, 8, 9, 10, 12, 13, 15),
    (3, 4, 5, 8, 9, 10, 11, 13, 14, 15),
)

# For each of the 16 maps of C3 the maps of S2 that it sees.
C3_TABLE: tuple[tuple[int, ...], ...] = tuple(
    tuple(source for source, seen_by in enumerate(_SEEN_BY) if number in seen_by) for number in range(16)
)

# LeNet-1's: 12 maps that see one or two of 4, 20 pairs, two halves alike.
_HALF = ((0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1))
LENET1_TABLE: tuple[tuple[int, ...], ...] = tuple(
    tuple(source + shift for source in sources) for shift in (0, 2) for sources in _HALF
)

CODE_HEIGHT, CODE_WIDTH = 12, 7

# `#` is +1, `.` is −1; rows are split by `/`, `x*n` is the row x, n times. Read from a figure of low
# resolution: edges may be off by a pixel.
_DRAWN_CODES = (
    "......./......./..###../.##.##./##...##*4/.##.##./..###../.......*2",
    "...##../..###../.####../...##..*6/.######/.......*2",
    ".......*2/.#####./##...##/#....##/....##./..###../.##..../##...../#######/.......*2",
    "#######/.....##/....##./...##../..####./.....##*3/##...##/.#####./.......*2",
    ".......*3/.##..##*2/###..##/##...##*2/##..###/.######/.....##*2",
    ".......*2/#######/##.....*2/.####../..####./.....##/##...##/.#####./.......*2",
    "..####./.##..../##.....*2/######./###..##/##...##*2/###..##/.#####./.......*2",
    "#######/.....##*2/....##./...##..*2/..##...*4/.......*2",
    ".#####./##...##*3/.#####./##...##*4/.#####./.......*2",
    ".#####./##..###/##...##*2/##..###/.######/.....##*2/....##./.####../.......*2",
)


def _drawn(code: str) -> tuple[int, ...]:
    """84 numbers, +1 or −1, row by row."""
    rows = []
    for part in code.split("/"):
        row, _, times = part.partition("*")
        rows += [row] * int(times or 1)
    return tuple(1 if pixel == "#" else -1 for row in rows for pixel in row)


CODES: tuple[tuple[int, ...], ...] = tuple(_drawn(code) for code in _DRAWN_CODES)
