"""What rows make is worked out beside the worker: what is saved is the same, and the process may die."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from sanku.audit.models import Chain, Entry
from sanku.audit.queries import verify_chain
from sanku.common.beside import Beside
from sanku.common.search import matching
from sanku.companies.models import Company, CompanyName, Contact, Duplicate
from sanku.intake import ahead
from sanku.intake.models import Batch, BatchRow, Saved
from sanku.intake.operations import saving
from tests import make
from tests.cast import Cast
from tests.intake_web.books import book, hand_in, save
from tests.intake_web.test_own import every_kind

CODES = [make.uscc(900_000 + number) for number in range(6)]
HEAD = [
    "企业名称", "统一社会信用代码", "成立日期", "注册资本（万元）", "企业荣誉", "联系人", "联系电话", "挂点领导", "园内编号", "标签",
    "备用栏",
]  # fmt: skip


def row(name: str, code: str = "", founded: str = "2019-02-03", capital: Any = 100, *more: Any) -> list[Any]:
    return [name, code or None, founded, capital, *more]


def rows() -> list[list[Any]]:
    """Return rows that make companies, that mean one known or made by another row, and that are refused."""
    return [
        HEAD,
        row("示例第一机械有限公司", CODES[0], "2019", 100.5, "高新技术企业、示例荣誉", "张三", "13800000000"),
        row("示例第二机械有限公司"),
        row("示例第三机械有限公司", "", "2020-01-01", None, "瞪羚企业", None, None, None, "007", None, "留"),
        row("示例第四机械有限公司", CODES[1]),
        row("示例早先机械有限公司", "", "2018-01-01", 50),  # known by its name
        row("示例改名机械有限公司", CODES[2]),  # known by its code: renamed
        row("示例重名机械有限公司"),  # two are called so: unclear
        row("济宁市示例相近机械有限责任公司"),  # one with the same core is known
        row("示例有人机械有限公司", "", "2018-01-01", 50, None, None, None, "总指挥"),
        row("示例有签机械有限公司", "", "2018-01-01", 50, None, None, None, None, "008", "示例签"),
        row("示例来日机械有限公司", "", "2199-01-01"),
        row("示例太大机械有限公司", "", "2019-01-01", 10**18),
        row("示例抢先机械有限公司", CODES[3]),  # its code is taken while the person looks at the review
        row("示例最后机械有限公司", CODES[4], "2001-02-28", "1,234.5"),
    ]


def again() -> list[list[Any]]:
    """Return the rows of a second sheet: two companies of the first, with a contact and more to say, and a new one."""
    return [
        HEAD,
        row("示例第一机械有限公司", "", "2019-02-03", 200, None, "李四"),
        row("示例第四機械有限公司", "", "2021-05-06", 300, "龙头企业"),
        row("示例新来机械有限公司", CODES[5]),
    ]


def known(cast: Cast) -> None:
    make.company(cast.zone, "示例早先机械有限公司")
    make.company(cast.zone, "示例旧名机械有限公司", uscc=CODES[2])
    for number in (901_001, 901_002):
        make.company(cast.zone, "示例重名机械有限公司", uscc=make.uscc(number))
    make.company(cast.zone, "济宁示例相近机械有限公司")


def outcome() -> list[Any]:
    """Return what an import left, without moments and salts, and without ids where a rollback leaves gaps in them."""
    is_same = connection.vendor == "sqlite"
    out = {"created_at", "updated_at", *(() if is_same else ("id", "tags"))}
    fields = [field.name for field in Company._meta.concrete_fields if field.name not in out]
    entries = Entry.objects.order_by("number").values_list("action", "library", "label", "changes")
    return [
        list(Company.objects.order_by("id").values(*fields)),
        list(CompanyName.objects.order_by("id").values_list("company__name", "kind", "core", "sound")),
        list(Contact.objects.order_by("id").values_list("company__name", "name", "phone", "as_written")),
        list(Duplicate.objects.order_by("id").values_list("first__name", "second__name", "reason")),
        list(BatchRow.objects.order_by("id").values_list("number", "action", "problems")),
        list(
            Saved.objects.order_by("id").values_list(
                "row__number", "library", "is_new", *(["record_id"] if is_same else [])
            )
        ),
        [
            (*what, changes if is_same else [change["field"] for change in changes])
            for *what, changes in entries
        ],
        list(Batch.objects.values_list("state", "created_count", "updated_count", "refused_count")),
        [verify_chain(chain) for chain in Chain.objects.all()],
        _found("示例第三"),
    ]


def _found(words: str) -> list[str]:
    return list(matching(Company.objects.order_by("id"), words).values_list("name", flat=True))


class Here:
    """Answers as the process does, in this one."""

    def __init__(self, module: str) -> None:
        assert module == "sanku.intake.ahead"
        self.asked: list[Any] = []
        self.read: dict[int, Callable[[Sequence[Any]], Any]] = {}
        self.given: list[Any] = []
        self.is_up = False

    def ask(self, question: Any) -> None:
        if not self.read:
            self.read = ahead._readers(question)
        else:
            self.asked.append(question)

    def has_answered(self) -> bool:
        return True

    def answer(self) -> tuple[Any, str]:
        if not self.is_up:
            self.is_up = True
            return [], ""
        table, texts = self.asked.pop(0)
        found = self.read[table](texts)
        self.given += found
        return found, ""

    def end(self) -> None:
        self.read = {}


def imported(cast: Cast) -> list[Any]:
    """Import the rows, into a zone that changes between reading and saving, and return what became of them."""
    known(cast)
    every_kind(cast)
    batch = hand_in(cast.office, book(rows(), again()))
    make.company(cast.zone, "示例抢先机械公司", uscc=CODES[3])
    save(batch)
    return outcome()


def alone(cast: Cast) -> list[Any]:
    """Return what becomes of the rows with nobody beside, and leave nothing."""
    with transaction.atomic():
        found = imported(cast)
        transaction.set_rollback(True)
    return found


def test_both_ways_save_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "CHUNK", 3)
    here = alone(cast)
    beside = Here("sanku.intake.ahead")
    monkeypatch.setattr(ahead, "WORTH_WHILE", 0)
    monkeypatch.setattr("sanku.intake.ahead.Beside", lambda module: beside)
    there = imported(cast)
    for one, other in zip(there, here, strict=True):
        assert one == other
    assert not beside.read  # it was ended
    worked_out = {ready.prepared.values["name"][2:4] for ready in beside.given if ready is not None}
    assert [action for _number, action, _problems in there[4]].count("refuse") == 2
    assert worked_out == {"第一", "第四", "早先", "改名", "市示", "太大", "抢先", "最后", "新来"}


def test_rows_are_saved_where_the_process_dies(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "CHUNK", 3)
    here = alone(cast)
    monkeypatch.setattr(ahead, "WORTH_WHILE", 0)
    answer = Beside.answer
    given: list[Any] = []

    def dying(self: Beside) -> tuple[Any, str]:
        if len(given) == 2:  # it says that it has started, and what three rows make
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.read()  # what it had answered already
        given.append(answer(self))
        return given[-1]  # type: ignore[no-any-return]

    monkeypatch.setattr(Beside, "answer", dying)
    monkeypatch.setattr(Beside, "has_answered", lambda self: True)  # wait for it
    assert imported(cast) == here
    assert given[0] == ([], "") and [ready is not None for ready in given[1][0]] == [True, True, True]
    assert len(given) == 2  # and no third
