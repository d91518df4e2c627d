"""What a robots.txt allows us (RFC 9309): no file, no rules; a file that cannot be had forbids everything."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from pipeline.errors import RobotsForbid
from pipeline.sources.fetch.addresses import shown_address

#: RFC 9309, 2.5: at least 500 KiB are read; longer files are cut there.
ROBOTS_BYTES = 512 * 1024


def robots_address(origin: str) -> str:
    """Where the rules of an origin stand."""
    return f"{origin}/robots.txt"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin; `closed_because` forbids everything."""

    parser: Protego | None = None
    user_agent: str = ""
    place: str = ""
    crawl_delay_s: float = 0.0
    closed_because: str | None = None

    @classmethod
    def open(cls) -> Rules:
        """No rules: everything is allowed."""
        return cls()

    @classmethod
    def closed(cls, place: str, reason: str) -> Rules:
        """Rules that could not be had: everything is forbidden."""
        return cls(place=place, closed_because=reason)

    @classmethod
    def parsed(cls, text: str, user_agent: str, place: str, longest_delay_s: float) -> Rules:
        """The rules for us in the text of a robots.txt; a page in HTML in its place has none."""
        parser = Protego.parse(text)
        asked = parser.crawl_delay(user_agent) or 0.0
        rate = parser.request_rate(user_agent)
        if rate is not None and rate.requests > 0:
            asked = max(asked, rate.seconds / rate.requests)
        if asked > longest_delay_s:
            return cls.closed(place, f"it asks for {asked:,.0f} seconds between two requests")
        return cls(parser, user_agent, place, asked)

    def check(self, address: str) -> None:
        """Lets an address pass.

        Raises:
            RobotsForbid: It must not be asked for.
        """
        if self.closed_because is not None:
            raise RobotsForbid(
                f"{shown_address(self.place)} cannot be followed: {self.closed_because}",
                expected="rules that say what may be asked for, or none",
                remedy="nothing: it is asked again by the next fetch; else fetch the documents by hand",
            )
        if self.parser is not None and not self.parser.can_fetch(address, self.user_agent):
            raise RobotsForbid(
                f"{shown_address(self.place)} forbids {shown_address(address)}",
                expected="an address that its publisher lets programs read",
                remedy="ask the publisher, or fetch the document by hand into the raw folder",
            )
