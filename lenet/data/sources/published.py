"""Data sets that everybody can have: found where their files lie, verified, downloaded where missing.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lenet import mapped_arrays
from lenet.data import downloads, published_files
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress, RemoteFile
from lenet.data.published_files import IDX_NAMES, KEYS, ArrayFile, Candidate, array_file, data_folders
from lenet.data.sources.array_files import ArrayFileSource
from lenet.data.sources.source import Mirror
from lenet.data.verification import BY_COUNTS, Verifier
from lenet.errors import DatasetError


@dataclass(frozen=True)
class Verdict:
    """What a look into the files gave.

    Attributes:
        problem: a sentence, empty where there is nothing to mend.
        shown_by: what shows that they are the published ones; see `Verifier`.
    """

    usable: bool
    problem: str = ""
    shown_by: str = ""


class Published(ArrayFileSource):
    """A published data set. A process looks into each file once, and uses what `Verifier` lets pass."""

    def __init__(
        self,
        about: DatasetInfo,
        mirrors: tuple[Mirror, ...],
        npz_names: Sequence[str] = (),
        idx_folders: Sequence[str] = (),
        array_checksums: dict[str, str] | None = None,
        file_checksums: dict[str, str] | None = None,
    ) -> None:
        """A data set whose files may lie in a data folder.

        Args:
            npz_names: an `.npz` of all four arrays may be called so.
            idx_folders: four IDX files may lie in these folders of it; "" is the data folder itself, where
                only the checksums of arrays tell data sets apart.
            array_checksums, file_checksums: see `Verifier`.
        """
        self.about, self.name, self.mirrors = about, about.name, mirrors
        self.npz_names, self.idx_folders = npz_names, idx_folders
        self.verifier = Verifier(about, array_checksums or {}, file_checksums or {})
        self._verdicts: dict[Candidate, Verdict] = {}

    def is_here(self) -> bool:
        unknown = Verdict(usable=True)
        return any(self._verdicts.get(each, unknown).usable for each in self._candidates())

    def verify(self) -> bool:
        return self._find() is not None

    def verified_by(self) -> str:
        known = (self._verdicts.get(each) for each in self._candidates())
        return next((verdict.shown_by for verdict in known if verdict and verdict.usable), "")

    def problems(self) -> list[str]:
        verdicts = (self._verdicts.get(each) for each in self._candidates())
        return [each.problem for each in verdicts if each and each.problem] + self._incomplete()

    def where_to_put(self) -> str:
        folder = data_folders()[0]
        if self.npz_names:
            return f"Put {self.npz_names[0]} into {folder}"
        *names, last = (f"{name}.gz" for name in IDX_NAMES.values())
        return f"Put {', '.join(names)} and {last} into {folder / self.idx_folders[0]}"

    def fetch(self, progress: Progress | None = None) -> None:
        if self._find():
            return
        reasons = []
        for files in self.mirrors:
            try:
                folder = self._download_folder(files)
                return downloads.download_all(files, folder, self._check_download, progress)
            except DatasetError as error:
                reasons.append(str(error).rstrip("."))
        raise DatasetError(self._missing_sentence(reasons))

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        if download:
            self.fetch(progress)
        return _read(self, self._found())

    def array_file(self, key: str) -> ArrayFile:
        return self._found()[KEYS.index(key)]

    # Finding

    def candidates_in(self, folder: Path) -> Iterator[Candidate]:
        """The files of that data folder which may hold the data set, by their names."""
        there = published_files.file_names(folder)
        for name in self.npz_names:
            if name in there:
                yield from published_files.candidate(dict.fromkeys(KEYS, folder / name))
        for idx_folder in self.idx_folders:
            yield from published_files.candidate(published_files.idx_paths(folder / idx_folder))

    def _candidates(self) -> Iterator[Candidate]:
        for folder in data_folders():
            yield from self.candidates_in(folder)

    def _find(self) -> Candidate | None:
        return next((each for each in self._candidates() if self._verdict(each).usable), None)

    def _found(self) -> Candidate:
        found = self._find()
        if found is None:
            raise DatasetError(self._missing_sentence())
        return found

    def _verdict(self, files: Candidate) -> Verdict:
        if files not in self._verdicts:
            self._verdicts[files] = self._look_into(files)
        return self._verdicts[files]

    def _look_into(self, files: Candidate) -> Verdict:
        try:
            for file in files:
                self.verifier.check(file)
            return Verdict(True, shown_by=self.verifier.shown_by(files))
        except DatasetError as error:
            return Verdict(False, "" if self._is_neighbour(files) else str(error))

    def _is_neighbour(self, files: Candidate) -> bool:
        """Whether IDX files directly in a data folder are of another data set: nothing is wrong then."""
        labels = files[-1]  # y_test: enough to tell, and quickly read
        if labels.path.parent not in data_folders() or labels.path.suffix == ".npz":
            return False
        return self.verifier.is_of_another(labels)

    def is_verified(self, files: Candidate) -> bool:
        """Whether a checksum shows that they are the published ones."""
        return self._verdict(files).shown_by != BY_COUNTS

    def _incomplete(self) -> list[str]:
        sentences = []
        for folder in (parent / idx for parent in data_folders() for idx in self.idx_folders):
            missing = [IDX_NAMES[key] for key in IDX_NAMES.keys() - published_files.idx_paths(folder).keys()]
            if 0 < len(missing) < len(IDX_NAMES):
                sentences.append(f"{folder} lacks {' and '.join(sorted(missing))} of the four IDX files.")
        return sentences

    def _missing_sentence(self, reasons: Sequence[str] = ()) -> str:
        why = f" and cannot be downloaded: {'; '.join(dict.fromkeys(reasons))}" if reasons else ""
        unusable = "".join(f" {problem}" for problem in self.problems())
        return (
            f"{self.about.title}: not on this machine{why}. {self.where_to_put()}, "
            f"or use the bundled digits, which need no network.{unusable}"
        )

    # Downloading

    def _download_folder(self, files: Mirror) -> Path:
        """What a person has put into `LENET_DATA` is not written over, though it is not what it should be."""
        folder = published_files.storage_folder()
        taken = [file for file in files if (folder / file.file_name).exists()]
        all_right = all(downloads.is_here(file, folder, self._check_download) for file in taken)
        return folder if all_right else published_files.cache_folder()

    def _check_download(self, file: RemoteFile, path: Path) -> None:
        shown = f"the file from {file.url}"
        for key in file.keys:
            self.verifier.check(array_file(key, path), shown)
        self.verifier.check_file(path, Path(file.file_name).name, shown)


@lru_cache(maxsize=2)
def _read(source: Published, files: Candidate) -> Dataset:
    arrays = {}
    for file in files:
        with file.open() as stream:
            arrays[file.key] = mapped_arrays.read(stream)
    return Dataset.of(source.about, arrays, verified=source.is_verified(files))
