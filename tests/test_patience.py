"""Patience: lost requests are made again until the server is back, or patience is at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_agent.chat import Completion, Interruption, InterruptionKind, Message
from lean_agent.models.base import ModelError, ModelInterrupted, ModelUnavailable
from lean_agent.models.patience import Patience

GONE = ModelInterrupted("m: refused", InterruptionKind.CONNECTION)
BROKEN = ModelInterrupted("m: out of memory (500)", InterruptionKind.SERVER_ERROR)
ANSWER = Completion(raw="x", message=Message(role="assistant", content="x"))
QUICK = 0.002


class Script:
    """Answers or fails as its lines say, one for each time it is asked."""

    def __init__(self, *lines: Exception | Completion) -> None:
        self._lines = list(lines)
        self.asked = 0
        self.lost: list[Interruption] = []

    async def __call__(self) -> Completion:
        self.asked += 1
        line = self._lines[min(self.asked, len(self._lines)) - 1]
        if isinstance(line, Exception):
            raise line
        return line

    def through(self, patience: Patience) -> asyncio.Future[Completion]:
        return asyncio.ensure_future(patience.ask(self, self.lost.append))


async def after_an_answer(seconds: float = 600.0, first_pause: float = QUICK) -> Patience:
    patience = Patience(seconds, first_pause)
    await Script(ANSWER).through(patience)
    return patience


async def test_a_server_that_has_answered_is_waited_for() -> None:
    patience = await after_an_answer()
    script = Script(*[GONE] * 7, BROKEN, ANSWER)
    assert await script.through(patience) is ANSWER
    assert [one.kind for one in script.lost] == [GONE.kind] * 7 + [BROKEN.kind]
    assert all(one.seconds > 0 for one in script.lost)


async def test_a_server_that_never_answered_is_asked_three_times() -> None:
    script = Script(GONE)
    with pytest.raises(ModelUnavailable, match=r"m: refused \(asked 3 times"):
        await script.through(Patience(first_pause=QUICK))
    assert (script.asked, len(script.lost)) == (3, 2)


@pytest.mark.parametrize(
    "busy",
    [
        ModelInterrupted("busy", InterruptionKind.RATE_LIMIT),
        ModelInterrupted("busy", InterruptionKind.SERVER_ERROR, retry_after=0.001),
    ],
)
async def test_who_says_that_it_is_busy_is_there(busy: ModelInterrupted) -> None:
    script = Script(*[busy] * 6, ANSWER)
    assert await script.through(Patience(first_pause=QUICK)) is ANSWER


async def test_patience_has_an_end() -> None:
    script = Script(GONE)
    with pytest.raises(ModelUnavailable, match="asked"):
        await script.through(await after_an_answer(seconds=0.05))
    assert script.asked > 3


async def test_patience_begins_with_the_first_lost_request_and_not_before() -> None:
    tries = 0

    async def long_answer_lost_once() -> Completion:
        nonlocal tries
        tries += 1
        if tries == 1:
            await asyncio.sleep(0.1)
            raise GONE
        return ANSWER

    patience = await after_an_answer(seconds=0.05)
    assert await patience.ask(long_answer_lost_once, lambda _: None) is ANSWER


async def test_the_server_is_not_asked_before_it_wants_to_be() -> None:
    busy = ModelInterrupted("busy", InterruptionKind.RATE_LIMIT, retry_after=0.05)
    script = Script(busy, ANSWER)
    await script.through(Patience(first_pause=QUICK))
    assert script.lost[0].seconds >= 0.05


async def test_a_wait_longer_than_our_patience_is_not_begun() -> None:
    tomorrow = ModelInterrupted("busy", InterruptionKind.RATE_LIMIT, retry_after=86_400)
    with pytest.raises(ModelUnavailable):
        await Script(tomorrow).through(Patience())


@given(tries=st.integers(1, 10_000))
def test_pauses_grow_to_half_a_minute_and_differ(tries: int) -> None:
    patience = Patience()
    pauses = {patience._pause(GONE, tries) for _ in range(20)}
    assert all(0.25 <= pause <= min(30.0, 0.5 * 2.0 ** min(tries, 64)) for pause in pauses)
    assert len(pauses) > 1
    busy = ModelInterrupted("busy", InterruptionKind.RATE_LIMIT, retry_after=3)
    assert all(3 <= patience._pause(busy, tries) <= 5 for _ in range(20))


async def test_a_pause_ends_at_once_when_its_episode_is_cancelled() -> None:
    script, lost = Script(GONE), asyncio.Event()
    patience = await after_an_answer(first_pause=60)
    asking = asyncio.ensure_future(patience.ask(script, lambda _: lost.set()))
    await lost.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, timeout=5)
    assert script.asked == 1


@pytest.mark.parametrize("refusal", [ModelError("no"), ModelUnavailable("no"), ValueError("a bug")])
async def test_what_is_no_interruption_is_not_tried_again(refusal: Exception) -> None:
    script = Script(refusal)
    with pytest.raises(type(refusal)):
        await script.through(await after_an_answer())
    assert (script.asked, script.lost) == (1, [])


async def others_go_on(patience: Patience, times: Iterable[int]) -> None:
    for _ in times:
        await Script(ANSWER).through(patience)


async def test_a_request_at_which_only_this_conversation_fails_is_given_up() -> None:
    patience = await after_an_answer()

    async def poison() -> Completion:
        await others_go_on(patience, range(3))
        raise BROKEN

    with pytest.raises(ModelError, match=r"asked 8 times .* while it answered others"):
        await patience.ask(poison, lambda _: None)


@pytest.mark.parametrize(
    "kind", [InterruptionKind.STALL, InterruptionKind.SERVER_ERROR, InterruptionKind.CONNECTION]
)
async def test_a_request_slower_than_our_patience_is_given_up_while_others_are_answered(
    kind: InterruptionKind,
) -> None:
    patience = await after_an_answer(seconds=0.05)

    async def always_too_slow() -> Completion:
        await asyncio.sleep(0.04)
        await others_go_on(patience, range(1))
        raise ModelInterrupted("no whole answer", kind)

    with pytest.raises(ModelError, match="while it answered others"):
        await patience.ask(always_too_slow, lambda _: None)


async def test_a_server_that_dies_after_an_answer_to_others_is_nobodys_fault() -> None:
    patience = await after_an_answer(seconds=0.05)
    tries = 0

    async def dies() -> Completion:
        nonlocal tries
        tries += 1
        if tries == 2:
            await others_go_on(patience, range(1))
        raise GONE

    with pytest.raises(ModelUnavailable):
        await patience.ask(dies, lambda _: None)


async def test_a_server_is_waited_for_from_its_last_answer_to_anyone() -> None:
    patience = await after_an_answer(seconds=0.2)
    tries = 0

    async def crowded_out() -> Completion:
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.05)
        await others_go_on(patience, range(1))
        if tries < 7:  # for longer than our patience
            raise ModelInterrupted("busy", InterruptionKind.RATE_LIMIT)
        return ANSWER

    assert await patience.ask(crowded_out, lambda _: None) is ANSWER


@pytest.mark.parametrize("kind", [InterruptionKind.CONNECTION, InterruptionKind.RATE_LIMIT])
async def test_a_crowded_server_is_not_held_against_a_conversation(kind: InterruptionKind) -> None:
    patience = await after_an_answer(first_pause=0.0001)
    tries = 0

    async def crowded_out() -> Completion:
        nonlocal tries
        tries += 1
        await others_go_on(patience, range(3))
        if tries < 12:
            raise ModelInterrupted("busy", kind)
        return ANSWER

    assert await patience.ask(crowded_out, lambda _: None) is ANSWER
