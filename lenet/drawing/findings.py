"""The ways to look at a picture: on the paper in it or in all of it, for dark ink or light; what each finds.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from PIL import Image

from lenet.drawing.binarization import Strokes, binarize
from lenet.drawing.connected_components import Components, connected_components
from lenet.drawing.form_boxes import without_boxes
from lenet.drawing.found_digits import FRAME, LINE, Box, ByHand, FoundDigit, LeftOut
from lenet.drawing.ink import NEARER, Ink, digit_of, ink_of
from lenet.drawing.marks import Marks, united
from lenet.drawing.normalization import resized
from lenet.drawing.other_marks import TABLE, TOO_SMALL
from lenet.drawing.paper_detection import crop_to_paper
from lenet.drawing.polarity import is_light_on_dark, log_width_ratio
from lenet.drawing.rings import without_rings
from lenet.drawing.segmentation import WHOLE, Groups, digit_groups
from lenet.drawing.small_pictures import as_in_mnist, mended
from lenet.drawing.underlines import without_underlines

Reader = Callable[[np.ndarray], np.ndarray]  # (N, 28, 28) uint8 → (N,) float, 0–1: how surely each is read

SURE = 0.8  # certainty of what needs no second look
UNREADABLE = 0.2  # certainty of what is no digit, at most
TOO_WIDE = 1.25  # of its height: rather several digits that touch
_BROKEN = 0.2  # widths of the pen: half of a gap that a broken stroke may have
_NO_PHOTOGRAPH = 64  # pixels of the shorter side: what is smaller shows no sheet with things around it
_ENLARGED_TO = 112  # pixels of the longer side of what is smaller
_AMBIGUOUS = 0.6  # of the ratio of widths: where it is nearer to 0, the ink may be the lighter or the darker
_SCATTERED = 1.5  # widths of the pen: half of what may be between pieces of one that fills the picture
_FILLS, _MOST_PIECES = 0.5, 15  # of the picture's height; pieces of a digit that fills it
_MOSTLY_LEFT_OUT = 0.6  # least certainty of all pieces as one, where those that are read are less than half
_LOOSE = (TABLE, TOO_SMALL)  # why pieces of a digit that fills the picture may have been left out


@dataclass(frozen=True)
class Finding:
    """What one way to look at a picture finds.

    Attributes:
        digits: their boxes in pixels of `contrast`.
        certainties: (digits,) float, 0–1, how surely each is read; None without a reader.
        inks: of each digit the pixels; none of a picture that was taken as it is.
        contrast: (H, W) float, 0–1, of the part of the picture that was looked at, perhaps enlarged.
        place: its left and top in the picture, and how many times it was enlarged.
    """

    digits: list[FoundDigit]
    left_out: list[LeftOut]
    certainties: np.ndarray | None
    inks: list[Ink] = field(default_factory=list)
    contrast: np.ndarray | None = None
    place: tuple[int, int, int] = (0, 0, 1)

    def placed(self, box: Box) -> Box:
        """A box in pixels of the whole picture."""
        left, top, scale = self.place
        return (
            box[0] // scale + left,
            box[1] // scale + top,
            -(-box[2] // scale) + left,
            -(-box[3] // scale) + top,
        )


@dataclass(frozen=True)
class Look:
    """How a picture is looked at: by whose eyes, and what a person says of it."""

    reader: Reader | None
    by_hand: ByHand

    def read(self, digits: list[FoundDigit], left_out: list[LeftOut]) -> Finding:
        """A finding, with how surely each digit is read."""
        if not digits or self.reader is None:
            return Finding(digits, left_out, None if self.reader is None else np.zeros(0))
        return Finding(digits, left_out, self.reader(np.stack([digit.image for digit in digits])))


def findings(grey: np.ndarray, look: Look) -> Iterator[Finding]:
    """What is found by each way to look at a picture, the most likely one first."""
    if (ready := as_in_mnist(grey, look.by_hand.is_light)) is not None:
        whole = (0, 0, grey.shape[1], grey.shape[0])
        yield look.read([FoundDigit(whole, ready)], [])
        if not np.array_equal(filled := mended(ready), ready):
            yield look.read([FoundDigit(whole, filled)], [])
    if max(grey.shape) < _ENLARGED_TO:
        scale = -(-_ENLARGED_TO // max(grey.shape))
        shape = (scale * grey.shape[0], scale * grey.shape[1])
        large = resized(grey, shape, Image.Resampling.BICUBIC).clip(0, 255).astype(np.uint8)
        for each in _in_parts(large, grey.shape, look):
            yield replace(each, place=(each.place[0] // scale, each.place[1] // scale, scale))
    else:
        yield from _in_parts(grey, grey.shape, look)


def _in_parts(grey: np.ndarray, shape: tuple[int, int], look: Look) -> Iterator[Finding]:
    """On the paper, on the board, in all of the picture, which was of that shape before it was enlarged."""
    if min(shape) >= _NO_PHOTOGRAPH:
        for crop in (crop_to_paper, _crop_to_board):
            if (cut := crop(grey)) is not None:
                part, place = cut
                yield from (replace(each, place=(*place, 1)) for each in _in_all(part, look))
    yield from _in_all(grey, look)


def _crop_to_board(grey: np.ndarray) -> tuple[np.ndarray, tuple[int, int]] | None:
    """What is darker than its surroundings, as `crop_to_paper` gives it, if the writing on it is light.

    Dark writing is on a part of the paper that a shadow falls on.
    """
    cut = crop_to_paper(255 - grey)
    return (255 - cut[0], cut[1]) if cut and not is_light_on_dark(cut[0]) else None


def _in_all(grey: np.ndarray, look: Look) -> Iterator[Finding]:
    """By the ink that is likely, or that a person says it is; then by the other one where it is doubtful."""
    ratio = log_width_ratio(grey)
    polarities = [ratio > 0] if abs(ratio) > _AMBIGUOUS else [ratio > 0, ratio <= 0]
    said = look.by_hand.is_light
    for is_light in polarities if said is None else [said]:
        strokes = binarize(grey, is_light, look.by_hand.sensitivity)
        contrast, pen = strokes.contrast, strokes.pen
        foreground, parts, frames = _without_frames(strokes)
        groups = digit_groups(_marks(parts, foreground, pen))
        left_out = [LeftOut(tuple(parts.boxes[each].tolist()), why) for each, why in groups.left_out.items()]
        left_out += frames
        inks = [
            ink_of(parts.labels, united(parts.boxes[each]), np.array(each) + 1, pen) for each in groups.digits
        ]
        finding = replace(look.read([digit_of(contrast, ink) for ink in inks], left_out), inks=inks)
        finding = _bridged(_as_one(finding, contrast, parts, groups, pen, look), contrast, pen, look)
        yield replace(finding, contrast=contrast)


def _without_frames(strokes: Strokes) -> tuple[np.ndarray, Components, list[LeftOut]]:
    """The strokes without the boxes of a form, rings and underlines, their components, and those."""
    gap = round(_BROKEN * strokes.pen)
    whole = strokes.foreground | strokes.ruled  # the lower side of many boxes is a ruled line as well
    parts = connected_components(whole, gap)
    foreground, frames = without_boxes(whole, parts, strokes.pen)
    if frames or strokes.ruled.any():
        foreground = foreground & ~strokes.ruled
        parts = connected_components(foreground, gap)
    left_out = [LeftOut(box, FRAME) for box in frames]
    for without, reason in ((without_rings, FRAME), (without_underlines, LINE)):
        foreground, boxes = without(foreground, parts, strokes.pen)
        left_out += [LeftOut(box, reason) for box in boxes]
        if boxes:
            parts = connected_components(foreground, gap)
    return foreground, parts, left_out


def _as_one(
    finding: Finding, contrast: np.ndarray, parts: Components, groups: Groups, pen: float, look: Look
) -> Finding:
    """The same; one digit where all marks are one that fills the picture, and reads more surely than they."""
    loose = [mark for mark, why in groups.left_out.items() if why in _LOOSE]
    marks = np.array([*chain.from_iterable(groups.digits), *loose], int)
    is_broken = 1 < len(groups.digits) + len(loose) <= _MOST_PIECES
    if not look.reader or not groups.digits or not is_broken:
        return finding
    surest = float(finding.certainties.min())
    if surest >= SURE and not loose:
        return finding
    left, top, right, bottom = united(parts.boxes[marks]).tolist()
    if bottom - top < max(_FILLS * len(contrast), (right - left) / TOO_WIDE):
        return finding
    labels = np.where(np.isin(parts.labels, marks + 1), parts.labels, 0)
    if len(connected_components(labels > 0, gap=round(_SCATTERED * pen)).boxes) > 1:
        return finding
    whole = ink_of(labels, np.array([left, top, right, bottom]), marks + 1, pen)
    others = [each for each in finding.left_out if each.reason not in _LOOSE]
    one = look.read([digit_of(contrast, whole)], others)
    least = max(SURE, surest * bool(loose))
    if 2 * sum(ink.mask.sum() for ink in finding.inks) < whole.mask.sum():
        least = _MOSTLY_LEFT_OUT
    return replace(one, inks=[whole]) if one.certainties[0] >= least else finding


def _bridged(finding: Finding, contrast: np.ndarray, pen: float, look: Look) -> Finding:
    """The same; of one digit that is read badly gaps that are nearly closed are filled, if that helps."""
    if not look.reader or len(finding.inks) != 1 or finding.certainties[0] >= SURE:
        return finding
    (ink,) = finding.inks
    if ink.mask.shape[1] > TOO_WIDE * ink.mask.shape[0]:
        return finding
    pieces = connected_components(ink.mask, gap=0)
    heights = pieces.boxes[:, 3] - pieces.boxes[:, 1]
    has_gaps = len(heights) > 1 or ink.bridged.any()
    are_digits = len(heights) > 1 and heights.min() >= WHOLE * len(ink.mask)  # that nearly touch
    if not has_gaps or are_digits:
        return finding
    filled = ink_of(pieces.labels, united(pieces.boxes), np.arange(1, len(heights) + 1), pen)
    gaps = (filled.bridged | ink.bridged, filled.bridged)  # what was filled before may be better as it is
    ways = [replace(ink, mask=filled.mask, bridged=each) for each in gaps]
    read = look.read([digit_of(contrast, each) for each in ways], finding.left_out)
    best = int(read.certainties.argmax())
    if read.certainties[best] <= max(UNREADABLE, finding.certainties[0]):
        return finding
    return Finding([read.digits[best]], finding.left_out, read.certainties[best:][:1], [ways[best]])


def _marks(parts: Components, foreground: np.ndarray, pen: float) -> Marks:
    """The components, and which of them are nearer to each other than the pen is wide."""
    if not len(parts.boxes):
        return Marks(parts, np.zeros(0, int), np.zeros(0, int), pen)
    wider = connected_components(foreground, gap=round(NEARER * pen)).labels
    y, x = np.nonzero(foreground)
    clusters = np.zeros(len(parts.boxes), int)
    clusters[parts.labels[y, x] - 1] = wider[y, x]
    return Marks(parts, np.arange(len(parts.boxes)), clusters, pen)
