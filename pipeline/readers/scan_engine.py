"""The OCR models: where text stands on a picture, and what one line of it says. No tables, no pages here.

The models are PP-OCRv6 as carried in rapidocr's wheel; onnxruntime runs them, one engine per process, on one thread
(the worker pool gives each core a process). Nothing is ever fetched.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import BadSetting, MissingTool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

#: What runs the models where nothing else is set.
CPU = "CPUExecutionProvider"
DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
#: The recogniser was trained on lines of this height.
LINE_HEIGHT_PX = 48
#: Lines of one batch are padded to the widest; more than this many pixels at once only costs memory.
_BATCH_WIDTH_PX = 6400
_BATCH_LINES = 16
#: A line is no wider than this (in heights); a longer one is squeezed.
_MAX_ASPECT = 60
#: DB detection: a pixel is text above the first, a box is text where its mean is above the second.
_PIXEL_THRESHOLD = 0.3
_BOX_THRESHOLD = 0.5
#: The detector finds shrunken text; boxes grow by this share of area over perimeter.
_UNCLIP = 1.6
_STRIDE = 32
_MIN_BOX_PX = 3
_MEAN = 127.5


@dataclass(frozen=True, slots=True)
class LineReading:
    """What one line says. `score` is that of its least certain character, 0 to 1; 0 for an empty line."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where a run of text stands, in pixels of the picture given."""

    x0: int
    top: int
    x1: int
    bottom: int


class OcrEngine:
    """Two loaded models. Use `engine()`: loading takes a second and 200 MB."""

    def __init__(self) -> None:
        folder = _model_folder()
        self._detector = _session(folder / DETECTION_MODEL)
        self._recogniser = _session(folder / RECOGNITION_MODEL)
        listed = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *listed, " "]

    def read_lines(self, lines: Sequence[Picture]) -> list[LineReading]:
        """Reads pictures of single text lines, in any order of widths; the answers keep the order given."""
        readings = [LineReading("", 0.0)] * len(lines)
        for batch in _batches(lines):
            output = self._run(self._recogniser, _padded([lines[index] for index in batch]))
            for index, steps in zip(batch, output, strict=True):
                readings[index] = self._decode(steps)
        return readings

    def find_text(self, picture: Picture) -> list[TextBox]:
        """Finds runs of upright text on a grey picture, from top to bottom, then left to right."""
        import cv2
        import numpy as np

        height, width = picture.shape
        size = tuple(max(_STRIDE, round(side / _STRIDE) * _STRIDE) for side in (width, height))
        scaled = cv2.resize(picture, size).astype(np.float32) / _MEAN - 1
        chance = self._run(self._detector, np.repeat(scaled[None, None], 3, axis=1))[0, 0]
        mask = cv2.dilate((chance > _PIXEL_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
        sums = np.bincount(labels.ravel(), weights=chance.ravel(), minlength=count)
        boxes = []
        for number in range(1, count):
            x, y, w, h, area = (int(value) for value in stats[number])
            if min(w, h) < _MIN_BOX_PX or sums[number] / area < _BOX_THRESHOLD:
                continue
            grown = w * h * _UNCLIP / (2 * (w + h))
            boxes.append(_unscaled((x - grown, y - grown, x + w + grown, y + h + grown), size, (width, height)))
        return sorted(boxes, key=lambda box: (box.top, box.x0))

    @staticmethod
    def _run(session: Any, batch: NDArray[np.float32]) -> Any:  # noqa: ANN401 (onnxruntime has no types)
        return session.run(None, {session.get_inputs()[0].name: batch})[0]

    def _decode(self, steps: NDArray[np.float32]) -> LineReading:
        """Reads the most likely characters, repeats folded (CTC)."""
        best = steps.argmax(axis=1)
        chance = steps.max(axis=1)
        text: list[str] = []
        scores: list[float] = []
        last = 0
        for index, score in zip(best.tolist(), chance.tolist(), strict=True):
            if index and index != last:
                text.append(self._characters[index])
                scores.append(score)
            elif index and index == last and scores:
                scores[-1] = max(scores[-1], score)
            last = index
        return LineReading("".join(text).strip(), min(scores, default=0.0))


class RecognitionDeferred(BaseException):
    """Pictures are to be recognised later. No reader may take it for a fault of the document: it is no `Exception`."""


@dataclass(slots=True)
class _Process:
    """How this process recognises pictures."""

    providers: tuple[str, ...] = (CPU,)
    is_later: bool = False


_process = _Process()


def recognise_with(providers: Sequence[str]) -> None:
    """Sets what runs the models in this process: onnxruntime's names of accelerators, the first that takes a part."""
    _process.providers = tuple(providers)


def recognise_later(*, is_on: bool) -> None:
    """Sets whether this process leaves documents with pictures to another turn."""
    _process.is_later = is_on


def check_providers(providers: Sequence[str]) -> None:
    """Checks that this machine's onnxruntime has what is to run the models.

    Raises:
        BadSetting: It has not.
    """
    if tuple(providers) == (CPU,):
        return  # every onnxruntime has it, and loading it takes time
    require_ocr()
    import onnxruntime

    available: list[str] = onnxruntime.get_available_providers()
    unknown = [name for name in providers if name not in available]
    if unknown or not providers:
        raise BadSetting(
            f"GONGKAI_OCR_PROVIDERS names {', '.join(unknown) or 'nothing'}",
            expected=f"some of what the onnxruntime of this machine has: {', '.join(available)}",
            remedy=f"install the onnxruntime made for the accelerator (onnxruntime-gpu …), or leave it at {CPU}",
        )


def engine() -> OcrEngine:
    """Returns this process's engine, loaded at the first call.

    Raises:
        RecognitionDeferred: Pictures have another turn.
        MissingTool: The packages or the models are not installed.
    """
    if _process.is_later:
        raise RecognitionDeferred
    return _engine()


@cache
def _engine() -> OcrEngine:
    return OcrEngine()


def require_ocr() -> None:
    """Checks that scans can be read on this machine, loading nothing.

    Raises:
        MissingTool: A package is not installed.
    """
    missing = [name for name in ("rapidocr", "onnxruntime", "cv2") if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingTool(
            f"the pages are pictures and {', '.join(missing)} is not installed",
            expected="rapidocr (it carries the models), onnxruntime and opencv-python-headless",
            remedy="pip install --require-hashes -r requirements.lock, or use the publisher's Word or Excel file",
        )


def _model_folder() -> Path:
    require_ocr()
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else Path()
    absent = [name for name in (DETECTION_MODEL, RECOGNITION_MODEL) if not (folder / name).is_file()]
    if absent:
        raise MissingTool(
            f"rapidocr is installed and does not carry {', '.join(absent)}",
            expected="the version pinned in requirements.lock",
            remedy="pip install --require-hashes -r requirements.lock",
        )
    return folder


def _session(model: Path) -> Any:  # noqa: ANN401 (onnxruntime has no types)
    import cv2
    import onnxruntime

    cv2.setNumThreads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # lines have every width: the arena would keep a block for each
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=list(_process.providers))


def _batches(lines: Sequence[Picture]) -> Iterator[list[int]]:
    """Groups lines of similar width, so that little is padded."""
    batch: list[int] = []
    for index in sorted(range(len(lines)), key=lambda index: _width(lines[index])):
        widest = _width(lines[index])
        if batch and (len(batch) == _BATCH_LINES or widest * (len(batch) + 1) > _BATCH_WIDTH_PX):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _width(line: Picture) -> int:
    height, width = int(line.shape[0]), int(line.shape[1])
    return max(LINE_HEIGHT_PX // 2, round(LINE_HEIGHT_PX * min(width / height, _MAX_ASPECT)))


def _padded(lines: Sequence[Picture]) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    widest = max(_width(line) for line in lines)
    batch = np.zeros((len(lines), 3, LINE_HEIGHT_PX, widest), np.float32)
    for place, line in zip(batch, lines, strict=True):
        width = _width(line)
        shrinks = line.shape[0] > LINE_HEIGHT_PX
        scaled = cv2.resize(line, (width, LINE_HEIGHT_PX), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        place[:, :, :width] = scaled.astype(np.float32) / _MEAN - 1
    return batch


def _unscaled(box: tuple[float, float, float, float], size: tuple[int, ...], full: tuple[int, int]) -> TextBox:
    fx, fy = full[0] / size[0], full[1] / size[1]
    x0, top, x1, bottom = box
    return TextBox(
        max(0, int(x0 * fx)), max(0, int(top * fy)), min(full[0], int(x1 * fx) + 1), min(full[1], int(bottom * fy) + 1)
    )
