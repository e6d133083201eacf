"""Photographs and scans of digits on paper: the digits found, and made 28×28 as a network sees them.

Whoever has a network lends it as a `Reader`: what is doubtful is then taken as what reads most surely.
Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import replace

import numpy as np

from lenet.drawing.findings import SURE, TOO_WIDE, UNREADABLE, Finding, Look, Reader, findings
from lenet.drawing.found_digits import LYING, TOUCHING, ByHand, FoundDigit, FoundDigits
from lenet.drawing.image_files import LEAST_SPREAD
from lenet.drawing.ink import digit_of
from lenet.drawing.mnist_format import center_of_mass_to_middle
from lenet.drawing.normalization import pen_width
from lenet.drawing.segmentation import reading_order
from lenet.drawing.touching import are_level, best_way, pieces
from lenet.errors import DrawingError

_LEGIBLE, _PLAIN = 0.6, 0.93  # least certainty of each part of what is wide, or unreadable, and of others
_WIDE = 0.95  # of its height: few digits are so wide
_WIDE_ENOUGH = 0.5  # of its height: what is narrower is no two digits
_LEAST = 0.01  # certainty of a part: of one digit that lies on its side most parts are no digits
_TURN, _TURN_OF_ONE = 0.4, 1.1  # what turning must gain, as a logarithm of certainties; few digits more
_EITHER = 0.4  # likewise: a digit that reads so surely upside down as well may lie either way
_MOST_CUT = 12  # marks: each has some dozens of pieces, and joined writing has no digits
_FEW = 6  # marks: of so few each may be a row of digits that touch, which other turns read otherwise
_FAR_TOO_WIDE = 1.6  # of its height: hardly a digit

# For each digit its parts, and how surely they are read.
_Cut = list[tuple[list[FoundDigit], float]]


def find_digits(grey: np.ndarray, reader: Reader | None = None, by_hand: ByHand | None = None) -> FoundDigits:
    """The digits in a picture, in reading order: row by row, each from left to right.

    Args:
        grey: (H, W) uint8, dark ink on light paper or the other way round.
        reader: decides what cannot be seen without reading: how the sheet is turned, and where digits touch.
        by_hand: what a person says of the picture.

    Raises:
        DrawingError: it is of one shade, or has no digit, or more than `segmentation.MOST_DIGITS`.
    """
    by_hand = by_hand or ByHand()
    look = Look(reader, by_hand)
    _check_shades(grey)
    quarters = by_hand.quarters or 0
    upright = np.ascontiguousarray(np.rot90(grey, quarters))
    finding = _best_finding(upright, look)
    turn, cut, doubt = _turn(finding, look) if reader and by_hand.quarters is None else (0, None, "")
    if turn:
        turned = np.ascontiguousarray(np.rot90(grey, turn))
        again = _best_finding(turned, look)
        if again.digits:
            quarters, upright, finding, cut = turn, turned, again, None
        else:
            doubt = ""
    if not finding.digits:
        raise DrawingError(
            "No digit was found in the picture, expected digits on plain paper, dark on light or the other "
            "way round. Write them larger or with a wider pen, or go nearer."
        )
    digits = finding.digits
    if reader and finding.inks:
        digits = [each for parts, _ in cut or _cut(finding, look) for each in parts]
    digits = [replace(each, box=finding.placed(each.box), doubt=doubt or each.doubt) for each in digits]
    left_out = [replace(each, box=finding.placed(each.box)) for each in finding.left_out]
    order = reading_order(np.array([digit.box for digit in digits]))
    return FoundDigits([digits[index] for index in order], left_out, upright, quarters)


def _check_shades(grey: np.ndarray) -> None:
    if np.ptp(grey) < LEAST_SPREAD:
        mean = grey.mean()
        shade = "all white" if mean > 200 else "all black" if mean < 55 else "of one shade of gray"
        raise DrawingError(
            f"The picture is {shade}, expected a digit that differs from its background. "
            "Write one, and take the picture again."
        )


def _best_finding(grey: np.ndarray, look: Look) -> Finding:
    """What the first way to look finds that finds anything; with a reader, what reads most surely."""
    best, most = Finding([], [], None), -np.inf
    for finding in findings(grey, look):
        if not finding.digits:
            continue
        if look.reader is None:
            return finding
        score = float((2 * finding.certainties - 1).sum())
        if score > most and (not best.digits or finding.certainties.mean() > best.certainties.mean()):
            best, most = finding, score
        if score >= SURE * len(finding.digits):
            break
    return best


def _turn(finding: Finding, look: Look) -> tuple[int, _Cut | None, str]:
    """Turns of 90° to the left by which the digits read far more surely than as they are; 0: none.

    With what `_cut` gives, where it was asked for; and what is doubted of one digit that lies on its side.
    """
    if not finding.digits or finding.certainties.min() >= SURE:
        return 0, None, ""
    images = np.stack([digit.image for digit in finding.digits])
    turned = np.concatenate([center_of_mass_to_middle(np.rot90(images, k, (1, 2))) for k in range(4)])
    certainties = look.reader(turned).reshape(4, -1)
    cut = _cut(finding, look) if len(images) <= _FEW and finding.inks else None
    if cut:
        if not _is_column(finding):  # of eights that lie, which can be cut into zeros
            certainties[0] = np.maximum(certainties[0], [certainty for _, certainty in cut])
        first, *others = cut[0][0]
        is_lone = len(images) == 1 and not others
        height, width = finding.inks[0].mask.shape
        may_be_one = width <= _FAR_TOO_WIDE * height and certainties[0, 0] >= _LEGIBLE
        if is_lone and first.doubt and not may_be_one:
            certainties[0] = UNREADABLE
    # One mark alone turns no sheet.
    likelihoods = np.log(np.maximum(certainties, UNREADABLE)).sum(axis=1)
    best = int(likelihoods.argmax())
    is_better = likelihoods[best] - likelihoods[0] > _TURN + _TURN_OF_ONE / len(images)
    is_either = len(images) == 1 and likelihoods[best] - likelihoods[(best + 2) % 4] < _EITHER
    return (best if is_better else 0), cut, LYING if is_better and is_either else ""


def _is_column(finding: Finding) -> bool:
    """Whether several digits stand below each other: turned, they are a row."""
    boxes = np.array([digit.box for digit in finding.digits])
    x, y = np.ptp(boxes[:, :2] + boxes[:, 2:], axis=0)
    return len(boxes) > 1 and bool(y > 2 * x)


def _cut(finding: Finding, look: Look) -> _Cut:
    """For each of its digits the parts, and how surely they are read: their certainties' geometric mean.

    Digits that touch are cut where each part reads surely. What is too wide for a digit, and unreadable as a
    whole, is cut as soon as one part does: the others are said to touch, as the whole is where none does.
    """
    shapes = np.array([ink.mask.shape for ink in finding.inks])
    aspects = shapes[:, 1] / shapes[:, 0]
    doubtful = aspects > _FAR_TOO_WIDE
    if len(aspects) <= _FEW:  # among many, what is not far too wide is rather a digit that is written badly
        doubtful = (aspects > TOO_WIDE) | ((aspects > _WIDE_ENOUGH) & (finding.certainties < SURE))
    doubtful &= np.cumsum(doubtful) <= _MOST_CUT
    made = {
        number: pieces(ink.mask, pen_width(ink.mask.astype(np.float32)))
        for number, ink in enumerate(finding.inks)
        if doubtful[number]
    }
    parts = {
        number: [digit_of(finding.contrast, finding.inks[number].part(mask), fine=4) for mask in each.masks]
        for number, each in made.items()
    }
    read = iter(look.read([each for some in parts.values() for each in some], []).certainties)
    cut = []
    for number, (digit, whole) in enumerate(zip(finding.digits, finding.certainties, strict=True)):
        certainties = np.array([next(read) for _ in parts.get(number, [])])
        way = best_way(made[number], certainties) if number in made else []
        is_legible = certainties[way] >= _least(aspects[number], whole, len(aspects))
        if way:
            is_legible &= are_level(made[number], way)
        is_several = aspects[number] > TOO_WIDE and whole < SURE
        mean = np.exp(np.log(np.maximum(certainties[way], _LEAST)).mean()) if way else 0.0
        is_partly = is_several and mean > whole and certainties[way].max() > SURE
        if way and (is_legible.all() or is_partly):
            inks = [finding.inks[number].part(made[number].masks[each]) for each in way]
            found = [digit_of(finding.contrast, ink) for ink in inks]
            doubts = ["" if each else TOUCHING for each in is_legible]
            cut.append(([replace(each, doubt=why) for each, why in zip(found, doubts, strict=True)], mean))
        else:
            cut.append(([replace(digit, doubt=TOUCHING if is_several else "")], whole))
    return cut


def _least(aspect: float, whole: float, marks: int) -> float:
    """How surely each part must read of what is so wide and reads so surely, among so many marks."""
    gain = _gain(aspect, whole) if marks <= _FEW else max(0.05, _gain(aspect, whole))
    return max(_LEGIBLE if aspect > TOO_WIDE or whole < UNREADABLE else _PLAIN, whole + gain)


def _gain(aspect: float, whole: float) -> float:
    """How much more surely the parts must read than the whole: less, the wider it is for a digit."""
    if aspect > TOO_WIDE:
        return 0.05 if aspect <= _FAR_TOO_WIDE or whole >= SURE else -1.0
    return 0.05 if aspect > 1 else 0.15 if aspect > _WIDE else 0.3 + 0.5 * max(0.0, 1 - aspect)
