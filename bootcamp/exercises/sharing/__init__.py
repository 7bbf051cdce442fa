"""The learner's side of the class in sight: consent, reports of checks, the hand. Off until the learner agrees.

What is reported of a check: the learner's chosen name, the exercise, whether it passed, the number of the hint, when.
Never code, never what was answered, never the text of an error. The one free text is the line of a raised hand.
"""

import secrets

from bootcamp.exercises.sharing import consent, events, identity, link
from bootcamp.exercises.sharing.reporting import report, reporter, settle_withdrawal, withdraw
from bootcamp.runtime import environment

NO_CLASS = "No class is set here, so nothing is sent to anybody."
WHAT = (
    "With each exercises.check: the name above, the exercise, whether it is solved, the number of the hint, the time. "
    "Never your code or your answers."
)
AGREE = 'exercises.share_with_class(agree=True, name="...")'
LONGEST_LINE = 80

__all__ = ["hand_down", "hand_up", "report", "share_with_class"]


def share_with_class(agree: bool, name: str = "") -> str:
    """Agree that the instructor of the class sees which exercises you solve, or take it back; says what holds now.

    Args:
        agree: False takes it back: nothing more is sent, and the class deletes what it has of you.
        name: what the instructor sees, your own or any other; without it `BOOTCAMP_LEARNER`, else one made by chance.

    Returns:
        Sentences that say what is sent, to whom, and for how long it is kept.
    """
    if not identity.address():
        return NO_CLASS
    try:
        return _agreed(name) if agree else _not_agreed()
    except OSError as error:
        return f"Nothing is sent: {error}"


def hand_up(line: str = "") -> str:
    """Raise your hand; returns your place in the queue. Raised again, the line is replaced and the place stays.

    Args:
        line: a few words on what it is about, at most 80 characters; the instructor reads them.
    """
    if len(line := " ".join(str(line).split())) > LONGEST_LINE:
        return f"The line has at most {LONGEST_LINE} characters; this one has {len(line)}."
    return _hand(True, line)


def hand_down() -> str:
    """Lower your hand."""
    return _hand(False, "")


def _hand(up: bool, line: str) -> str:
    agreed = consent.current()
    if agreed is None:
        return NO_CLASS if not identity.address() else f"Your hand needs a name that the class sees: {AGREE}"
    answer = link.hand(agreed, up, line)
    if not answer.taken:
        return f"Your hand is not {'up' if up else 'down'}: {answer.sentence}."
    if not up:
        return "Your hand is down."
    return f"Your hand is up: place {answer.number('place')} of {answer.number('waiting')}."


def _agreed(name: str) -> str:
    before = consent.current()
    chosen = " ".join(name.split()) or (before.name if before else _default_name())
    described = link.describe()
    if not described.taken or not settle_withdrawal():
        return f"Nothing is sent yet, because {described.sentence or link.NO_ANSWER}. Run this cell again later."
    agreed = consent.give(chosen, described.text("class"))
    answer = link.send(agreed, [])  # claims the name, and says so at once where it is taken
    if answer.final:
        if before is None:
            consent.withdraw()
            consent.withdrawn()
        else:
            consent.give(before.name, before.token)
        return f"Nothing is sent under this name: {answer.sentence}."
    waiting = len(events.waiting(consent.outbox()))
    more = "" if answer.taken else f"\nNothing is taken just now: {answer.sentence}."
    more += f"\n{waiting} checks wait to be sent: {reporter().problem or link.NO_ANSWER}." if waiting else ""
    return f"You agreed. {_terms(described, chosen)}\nTo take it back: exercises.share_with_class(agree=False){more}"


def _not_agreed() -> str:
    answer = withdraw()
    if answer is None:
        described = link.describe()
        if not described.taken:
            return f"Nothing is sent, and {described.sentence}."
        return f"Nothing is sent. If you agree: {_terms(described, 'the name that you choose')}\nTo agree: {AGREE}"
    if answer.taken:
        return "Nothing is sent any more, and the class has deleted what it had of you."
    return (
        f"Nothing is sent any more. The class is told to delete what it has of you as soon as it can be reached "
        f"({answer.sentence})."
    )


def _terms(described: link.Answer, name: str) -> str:
    return (
        f"The instructor of the class '{described.text('title')}' at {identity.address()} sees you as: {name}\n{WHAT}\n"
        f"It is kept until the instructor deletes the class, at the longest {described.number('keep_days')} days after "
        "its last day."
    )


def _default_name() -> str:
    return environment.text(identity.LEARNER_VARIABLE) or f"learner-{secrets.token_hex(2)}"
