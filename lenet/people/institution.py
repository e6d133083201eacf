"""The people of an institution: who comes in by its log in, and as what, after the claims of OpenID Connect.

The claims are those of an ID token, which Streamlit's log in has verified. Standard library only.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lenet.errors import JoinError
from lenet.sentences import shown

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
SHORTEST_SECRET = 32  # characters, with which cookies are signed
_NAMES = ("name", "preferred_username", "nickname")  # claims, the best first


@dataclass(frozen=True)
class Institution:
    """Its settings.

    Attributes:
        title: what it is called at the door.
        teachers: addresses, "ada@example.org", or all of a domain, "@example.org".
        students: who else comes in; nobody named: whoever the identity provider knows.
        teacher_claim: the claim in which groups or roles are, "groups" or "realm_access.roles".
        teacher_values: which of these are teachers'.
        name_claim: the claim of what a person is called; "": the best that there is.
    """

    title: str = "your institution"
    teachers: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    teacher_claim: str = ""
    teacher_values: tuple[str, ...] = ()
    name_claim: str = ""

    def is_teacher(self, claims: Mapping[str, Any]) -> bool:
        """By their address or by a claim."""
        found = _claim(claims, self.teacher_claim) if self.teacher_claim else ()
        groups = (found,) if isinstance(found, str) else found
        has_role = isinstance(groups, Sequence) and not set(map(str, groups)).isdisjoint(self.teacher_values)
        return has_role or _is_named(claims, self.teachers)

    def check_may_enter(self, claims: Mapping[str, Any]) -> None:
        """Raises `JoinError`: neither a teacher nor one of the students."""
        if self.students and not self.is_teacher(claims) and not _is_named(claims, self.students):
            raise JoinError(
                f"This account ({claims.get('email') or 'without an address'}) is not one of this class. "
                "Log in with another one, or ask the teacher."
            )

    def name_of(self, claims: Mapping[str, Any]) -> str:
        """What a person is called; never empty, not yet unique."""
        names = [str(_claim(claims, each) or "") for each in (self.name_claim, *_NAMES)]
        names.append(str(claims.get("email") or "").partition("@")[0])
        return next((each.strip() for each in names if each.strip()), "Student")


def account_of(claims: Mapping[str, Any]) -> str:
    """By which a person is the same on every device: an issuer and its subject, which it never gives twice.

    Raises `JoinError`: claims of nobody.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(issuer, str) and isinstance(subject, str) and issuer and subject):
        raise JoinError(
            "The identity provider does not say who you are (no “iss”, no “sub”). Tell the teacher."
        )
    return f"{issuer} {subject}"


def read_institution(path: Path) -> Institution:
    """Of a file as `docs/deploy.md` has it.

    Raises:
        JoinError: it is no such file, or something in it is missing.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise JoinError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    return institution_of(found)


def institution_of(settings: Mapping[str, Any]) -> Institution:
    """Of the tables `auth`, which is Streamlit's, and `class`.

    Raises:
        JoinError: a setting is missing or none.
    """
    _check(settings.get("auth"))
    given = settings.get("class", {})
    if not isinstance(given, Mapping):
        raise JoinError("class: received one value, expected a table, [class].")
    fields = Institution.__dataclass_fields__
    for name, value in given.items():
        if name not in fields:
            raise JoinError(f"[class]: received “{name}”, expected {', '.join(fields)}.")
        is_list = isinstance(fields[name].default, tuple)
        if not isinstance(value, (list, tuple) if is_list else str):
            kind = "a list of words" if is_list else "a word in quotes"
            raise JoinError(f"[class] {name}: received {shown(value)}, expected {kind}.")
    return Institution(
        **{name: tuple(map(str, each)) if not isinstance(each, str) else each for name, each in given.items()}
    )


def _check(auth: Any) -> None:
    given = auth if isinstance(auth, Mapping) else {}
    missing = [each for each in NEEDED if not (isinstance(given.get(each), str) and given[each])]
    if missing:
        raise JoinError(f"[auth]: {', '.join(missing)} is missing, expected {', '.join(NEEDED)}.")
    if not urlsplit(auth["redirect_uri"]).path.endswith("/oauth2callback"):
        raise JoinError(
            f"[auth] redirect_uri: received “{auth['redirect_uri']}”, expected the address of this server "
            "and /oauth2callback."
        )
    if len(auth["cookie_secret"]) < SHORTEST_SECRET:
        raise JoinError(
            f"[auth] cookie_secret: received {len(auth['cookie_secret'])} characters, expected "
            f"{SHORTEST_SECRET} or more that nobody can guess: python -c 'import secrets; "
            "print(secrets.token_hex(32))'"
        )


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """By its name, which may have dots, or by the names on the way to it."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for each in name.split("."):
        found = found.get(each) if isinstance(found, Mapping) else None
    return found


def _is_named(claims: Mapping[str, Any], addresses: Sequence[str]) -> bool:
    """By an address that the provider does not call unverified: anybody may write one down."""
    address = str(claims.get("email") or "").strip().casefold()
    if not address or claims.get("email_verified") in (False, "false"):
        return False
    domain = f"@{address.rpartition('@')[2]}"
    return any(each.strip().casefold() in (address, domain) for each in addresses)
