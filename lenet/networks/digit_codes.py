"""What the paper of 1998 fixes by tables: which maps C3 sees, and the ten codes of the output.

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
table I and figure 3. Data alone; must not import anything of the project.
"""

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
