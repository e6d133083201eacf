"""A class: its people, the code to join it, and the signed words by which each is known again.

All of it is files in `.class/` in the folder of the runs: `class.json`, `people.json`, and `key`, which only
the owner of the machine can read. A person is known by a token, which a browser keeps as a cookie: signed
with the key, and good for this class alone. Only a name is asked for, and kept. Must not import Streamlit,
TensorFlow or Keras.
"""

import secrets
import shutil
import threading
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from lenet.errors import JoinError
from lenet.files import read_json, write_json
from lenet.people import deeds
from lenet.people.names import LONGEST_NAME, alike, in_order
from lenet.people.person import NOBODY, TEACHER, Person, check_is_teacher
from lenet.people.secret_key import secret_key
from lenet.sentences import plain

VARIABLE = "LENET_CLASS"  # of the environment; set: the dashboard is a class'
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none is taken for another one
CODE_LENGTH = 6
MOST_PEOPLE = 200
DAYS = 180  # that a browser is known again
ACCOUNT_HOURS = 12  # the same, of somebody whom an institution has logged in: no longer than a day of school
TAKE_OVER_HOURS = 24
_TEACHERS_LINK, _OF_TEACHER, _PERSON, _MOVE = "link", "teacher", "person", "move"  # of signatures


@dataclass
class _Member:
    """A person as people.json has them.

    Attributes:
        devices: how often they have moved to another device, or logged out.
        account: at an institution, by which they are the same on every device; "" of who joined by the code.
    """

    id: str
    name: str
    joined: float
    devices: int = 0
    account: str = ""


@dataclass
class Classroom:
    """The class of a folder of runs; every change is written at once.

    Attributes:
        root: its folder.
        code: that students join by.
        is_locked: whether nobody new comes in.
    """

    root: Path
    id: str
    code: str
    is_locked: bool = False
    _teachers_links: int = 0  # that were called back
    _key: str = ""
    _people: dict[str, _Member] = field(default_factory=dict)
    _left: list[str] = field(default_factory=list)  # ids of those whom the teacher took out
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # Opening

    @classmethod
    def opened(cls, runs: Path) -> "Classroom":
        """That of the folder of runs; a new one where there is none, or what it was is damaged.

        Raises:
            OSError: the folder cannot be written.
        """
        root = runs / deeds.FOLDER
        root.mkdir(parents=True, exist_ok=True)
        key = secret_key(root)
        try:
            about = read_json(root / "class.json")
            known = str(about["id"]), str(about["code"]), bool(about["locked"])
            room = cls(root, *known, int(about.get("teachers links", 0)), key)
        except (OSError, ValueError, KeyError, TypeError):
            room = cls(root, secrets.token_hex(8), _new_code(), _key=key)
            room._write()
        members, room._left = _people_of(root, room.id)
        room._people = {each.id: each for each in members}
        return room

    # Tokens

    @property
    def teacher_secret(self) -> str:
        """What is in the teacher's link, whatever class this is."""
        return self._signer(_TEACHERS_LINK).dumps([TEACHER.id, self._teachers_links])

    def token(self, person: Person, hours: float = 24 * DAYS) -> str:
        """What that person's browser is to keep, for so many hours."""
        salt = _OF_TEACHER if person.is_teacher else self._in_class(_PERSON)
        stands_for = (
            [self._teachers_links, person.name] if person.is_teacher else self._member(person.id).devices
        )
        made = time.time() - 3600 * (24 * DAYS - hours)
        return self._signer(salt).dumps([person.id, stands_for, made])

    def person_of(self, token: str | None) -> Person:
        """Whose token it is; `NOBODY`: forged, too old, of another class, of a device or person that left."""
        if teacher := self._loads(_OF_TEACHER, token, 24 * DAYS):
            return self._teacher_of(teacher[1])
        found = self._loads(self._in_class(_PERSON), token, 24 * DAYS)
        member = self._people.get(found[0]) if found else None
        return Person(member.id, member.name) if member and member.devices == found[1] else NOBODY

    def _teacher_of(self, stands_for: Any) -> Person:
        """Of a token; `NOBODY`: by a link that was called back. A former version wrote its number alone."""
        links, name = stands_for if isinstance(stands_for, list) else (stands_for, TEACHER.name)
        return Person(TEACHER.id, name) if links == self._teachers_links else NOBODY

    def take_over_secret(self, person_id: str) -> str:
        """For a link that moves a person to another device, once. Raises `NotAllowed`, `JoinError`."""
        check_is_teacher()
        moved = self._member(person_id).devices + 1
        return self._signer(self._in_class(_MOVE)).dumps([person_id, moved, time.time()])

    def _in_class(self, what: str) -> str:
        """What a signature is for, in this class alone; the teacher stays where another class begins."""
        return f"{what} {self.id}"

    def _signer(self, salt: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt=salt)

    def _loads(self, salt: str, token: str | None, hours: float) -> list[Any] | None:
        """Who and which device, of a token that is not too old; one of a clock that was ahead is not."""
        try:
            person, devices, made = self._signer(salt).loads(token or "")
            return [person, devices] if time.time() - made < 3600 * hours else None
        except (BadData, TypeError, ValueError):
            return None

    # Coming in

    def join(self, code: str, name: str) -> Person:
        """A new person of that name.

        Raises:
            JoinError: another code, a name that is taken or none, a class that is locked or full.
            OSError: nothing could be written.
        """
        if not secrets.compare_digest(code.strip().upper().encode(), self.code.encode()):
            raise JoinError(
                f"Code: received another one than this class has, expected {CODE_LENGTH} letters."
            )
        return self._new_person(name)

    def enter(self, account: str, name: str) -> Person:
        """Whoever an institution has logged in: the same person on every device.

        Args:
            account: theirs alone.
            name: of somebody new; of people of one name the later ones have a number behind it.

        Raises:
            JoinError: somebody new, and the class is locked or full.
            OSError: nothing could be written.
        """
        with self._lock:
            known = next((each for each in self._people.values() if each.account == account), None)
            if known:
                return Person(known.id, known.name)
            return self._new_person(self._numbered(name), account)

    def log_out(self, person: Person) -> None:
        """What browsers keep of them is worth nothing from now on. Raises `OSError`."""
        with self._lock:
            if member := self._people.get(person.id):
                member.devices += 1
                self._write_people(undo=lambda: setattr(member, "devices", member.devices - 1))

    def _new_person(self, name: str, account: str = "") -> Person:
        with self._lock:
            if self.is_locked:
                raise JoinError("This class is locked: nobody new comes in. Ask the teacher to open it.")
            if len(self._people) >= MOST_PEOPLE:
                raise JoinError(f"This class is full: it has {MOST_PEOPLE} people. Ask the teacher.")
            member = _Member(secrets.token_hex(8), self._free_name(name), time.time(), account=account)
            self._people[member.id] = member
            self._write_people(undo=lambda: self._people.pop(member.id))
        return Person(member.id, member.name)

    def _numbered(self, name: str) -> str:
        """The name of an account, which nobody typed, as one that is free: cut, and numbered."""
        name = " ".join(plain(name).split())[: LONGEST_NAME - 4] or "Student"
        for number in range(1, MOST_PEOPLE + 2):
            with suppress(JoinError):
                return self._free_name(f"{name} {number}" if number > 1 else name)
        raise JoinError(f"Name: “{name}” is taken in this class, with all numbers. Ask the teacher.")

    def teacher(self, secret: str) -> Person:
        """The teacher. Raises `JoinError`: that is not the teacher's link."""
        if not secrets.compare_digest(secret.encode(), self.teacher_secret.encode()):
            raise JoinError("This is not the teacher's link. It is printed where the class was started.")
        return TEACHER

    def take_over(self, secret: str) -> Person:
        """The person of such a link; the device before is theirs no more. Raises `JoinError`, `OSError`."""
        found = self._loads(self._in_class(_MOVE), secret, TAKE_OVER_HOURS)
        with self._lock:
            member = self._people.get(found[0]) if found else None
            if member is None or member.devices + 1 != found[1]:
                raise JoinError("This link was used already, or is too old. Ask the teacher for another one.")
            member.devices += 1
            self._write_people(undo=lambda: setattr(member, "devices", member.devices - 1))
        return Person(member.id, member.name)

    def _free_name(self, name: str, own: str = "") -> str:
        """The name as it is kept. Raises `JoinError`: it is none, too long, or somebody else's."""
        name = " ".join(plain(unicodedata.normalize("NFC", name)).split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise JoinError(
                f"Name: received {len(name)} characters, expected 1 to {LONGEST_NAME}. "
                "Type what others call you."
            )
        taken = {alike(each.name) for each in self._people.values() if each.id != own} | {alike(TEACHER.name)}
        if alike(name) in taken:
            raise JoinError(f"Name: “{name}” is taken in this class. Add a letter, such as “{name} B”.")
        return name

    # What the teacher does

    @property
    def people(self) -> list[Person]:
        """All students, by name; Kid 2 before Kid 10."""
        with self._lock:
            everybody = [Person(each.id, each.name) for each in self._people.values()]
        return sorted(everybody, key=lambda each: in_order(each.name))

    @property
    def ids(self) -> set[str]:
        """Of all students, also of those whom the teacher took out: what they made is there still."""
        with self._lock:
            return {*self._people, *self._left}

    def rename(self, person_id: str, name: str) -> None:
        """Raises `NotAllowed`, `JoinError`, `OSError`."""
        check_is_teacher()
        with self._lock:
            member = self._member(person_id)
            before, member.name = member.name, self._free_name(name, person_id)
            self._write_people(undo=lambda: setattr(member, "name", before))

    def remove(self, person_id: str) -> None:
        """They are in the class no more; what they made stays.

        Raises `NotAllowed`, `JoinError`, `OSError`.
        """
        check_is_teacher()
        with self._lock:
            member = self._member(person_id)
            del self._people[person_id]
            self._left.append(person_id)
            self._write_people(undo=lambda: self._come_back(member))

    def _come_back(self, member: _Member) -> None:
        self._people[member.id] = member
        self._left.remove(member.id)

    def lock(self, is_locked: bool) -> None:
        """Whether nobody new comes in. Raises `NotAllowed`, `OSError`."""
        check_is_teacher()
        with self._lock:
            self._write(is_locked=is_locked)
            self.is_locked = is_locked

    def call_back_teachers_link(self) -> None:
        """It opens the class no more, and whoever came by it is the teacher no more; another one does.

        Raises `NotAllowed`, `OSError`.
        """
        check_is_teacher()
        with self._lock:
            self._write(teachers_links=self._teachers_links + 1)
            self._teachers_links += 1

    def end(self) -> None:
        """Everybody but the teacher is out, nobody's name is kept, and another class begins.

        Raises `NotAllowed`, `OSError`.
        """
        check_is_teacher()
        with self._lock:
            new = secrets.token_hex(8), _new_code()
            self._write(*new, is_locked=False)
            self.id, self.code, self.is_locked = *new, False
            self._people, self._left = {}, []
            for name in ("people.json", deeds.FILE):
                (self.root / name).unlink(missing_ok=True)
            shutil.rmtree(self.root / "lessons", ignore_errors=True)  # what each has done of them

    def _member(self, person_id: str) -> _Member:
        if person_id not in self._people:
            raise JoinError("This person is not in the class any more.")
        return self._people[person_id]

    # Writing

    def _write(
        self,
        class_id: str = "",
        code: str = "",
        is_locked: bool | None = None,
        teachers_links: int | None = None,
    ) -> None:
        """Before anything of it holds, so that a full disk changes nothing; what is not said is as before."""
        about = {"id": class_id or self.id, "code": code or self.code}
        about["locked"] = self.is_locked if is_locked is None else is_locked
        about["teachers links"] = self._teachers_links if teachers_links is None else teachers_links
        write_json(self.root / "class.json", about)

    def _write_people(self, undo: Any) -> None:
        try:
            people = [vars(each) for each in self._people.values()]
            write_json(self.root / "people.json", {"class": self.id, "people": people, "left": self._left})
        except OSError:
            undo()
            raise


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _people_of(root: Path, class_id: str) -> tuple[list[_Member], list[str]]:
    """Those in people.json, and who has left; none where it is damaged, or of the class before."""
    try:
        found = read_json(root / "people.json")
        if found["class"] != class_id:
            return [], []
        return [_Member(**each) for each in found["people"]], list(map(str, found.get("left", [])))
    except (OSError, ValueError, KeyError, TypeError):
        return [], []
