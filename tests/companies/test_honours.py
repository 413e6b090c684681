"""Honours lists: an edition marks companies, the next one tells what changed, an undone one leaves no trace."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Refused
from sanku.companies import operations
from sanku.companies.honour_changes import Standing, edition_changes
from sanku.companies.honour_sheets import Published, read_list
from sanku.companies.models import Company, HonourEdition, HonourEntry
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

LIST = "示例百强（演示）"


def loaded(person: User, names: list[Any], *, year: int = 2026, **values: Any) -> HonourEdition:
    """Load an edition of the companies named, in the order of their ranks."""
    rows = [
        one if isinstance(one, Published) else Published(place + 1, one, place)
        for place, one in enumerate(names, start=1)
    ]
    given = {
        "list_name": LIST, "honour": "china_500", "publisher": "示例协会", "name": str(year),
        "published_on": date(year, 9, 1), "source": "", "file_name": "x.xlsx", "sha256": "0" * 64,
    }  # fmt: skip
    return operations.load_edition(rows, **{**given, **values}, actor=person, now=make.NOW, via=make.VIA)


def honours(company: Company) -> list[str]:
    company.refresh_from_db()
    return list(company.honours)


def entry(edition: HonourEdition, name: str) -> HonourEntry:
    return HonourEntry.objects.get(edition=edition, name=name)


def test_who_is_sure_is_marked_and_who_is_doubtful_waits(cast: Cast) -> None:
    by_code = make.company(cast.zone, "示例旧名集团", uscc=make.uscc(900001))
    by_name = make.company(cast.zone, "示例重工（集团）有限公司")
    former = make.company(cast.zone, "示例新名有限公司", former_names="示例老名有限公司")
    edition = loaded(
        cast.office,
        [
            Published(2, "示例改了名集团", 1, by_code.uscc),
            "示例重工(集团)有限公司",
            "示例老名有限公司",
            "示例无此企业",
        ],
    )
    states = edition.entries.order_by("number").values_list("state", flat=True)
    assert list(states) == ["matched", "matched", "doubtful", "none"]
    assert honours(by_code) == honours(by_name) == ["china_500"]
    assert honours(former) == []
    why = Entry.objects.get(library="companies.company", record_id=by_name.pk).why
    assert why == f"{LIST} 2026"
    operations.decide_entry(
        entry(edition, "示例老名有限公司"), former, actor=cast.analyst, now=make.NOW, via=make.VIA
    )
    assert honours(former) == ["china_500"]
    operations.decide_entry(
        entry(edition, "示例老名有限公司"), None, actor=cast.analyst, now=make.NOW, via=make.VIA
    )
    assert honours(former) == []


def test_a_mark_that_a_person_set_stays(cast: Cast) -> None:
    set_by_hand = make.company(cast.zone, "示例甲", honours=["china_500", "listed"])
    set_by_list = make.company(cast.zone, "示例乙", honours=["listed"])
    loaded(cast.office, ["示例甲", "示例乙"], year=2025)
    assert honours(set_by_list) == ["china_500", "listed"]
    loaded(cast.office, ["示例丙"], year=2026)
    assert honours(set_by_hand) == ["china_500", "listed"]
    assert honours(set_by_list) == ["listed"]


def test_an_undone_edition_gives_back_what_was_before(cast: Cast) -> None:
    stays, goes, comes = (make.company(cast.zone, f"示例{name}") for name in "甲乙丙")
    loaded(cast.office, ["示例甲", "示例乙"], year=2025)
    newest = loaded(cast.office, ["示例甲", "示例丙"], year=2026)
    assert [honours(one) for one in (stays, goes, comes)] == [["china_500"], [], ["china_500"]]
    operations.undo_edition(newest, actor=cast.office, now=make.NOW, via=make.VIA)
    operations.undo_edition(newest, actor=cast.office, now=make.NOW, via=make.VIA)
    assert [honours(one) for one in (stays, goes, comes)] == [["china_500"], ["china_500"], []]
    loaded(cast.office, ["示例丙"], year=2026)
    assert [honours(one) for one in (stays, goes, comes)] == [[], [], ["china_500"]]


def test_two_lists_of_one_mark_do_not_take_it_from_each_other(cast: Cast) -> None:
    company = make.company(cast.zone, "示例甲")
    loaded(cast.office, ["示例甲"], year=2025)
    loaded(cast.office, ["示例甲"], year=2025, list_name="示例另榜（演示）")
    loaded(cast.office, ["示例乙"], year=2026)
    assert honours(company) == ["china_500"]


def test_a_company_entered_later_is_marked_at_entry(cast: Cast) -> None:
    loaded(cast.office, ["示例后来有限公司", Published(9, "示例别名", 2, make.uscc(900002))])
    here: dict[str, Any] = {"actor": cast.office, "now": make.NOW, "via": make.VIA}
    late, coded = Company(zone=cast.zone), Company(zone=cast.zone)
    operations.save_companies(
        [
            Draft(late, {"name": "示例后来有限公司"}),
            Draft(coded, {"name": "示例真名", "uscc": make.uscc(900002)}),
        ],
        **here,
    )
    assert honours(late) == honours(coded) == ["china_500"]
    other = Company(zone=cast.other_zone)
    operations.save_companies(
        [Draft(other, {"name": "示例后来有限公司"})], **{**here, "actor": cast.outsider}
    )
    assert honours(other) == []


def test_what_is_refused(cast: Cast) -> None:
    loaded(cast.office, ["示例甲"])
    for code, values in (
        ("honour_edition_there", {}),
        ("honour_other_mark", {"honour": "unicorn", "year": 2027}),
    ):
        with pytest.raises(Refused) as refused:
            loaded(cast.office, ["示例甲"], **values)  # type: ignore[arg-type]
        assert refused.value.problems[0][0].code == code
    with pytest.raises(Refused) as refused:
        loaded(cast.office, [], year=2028)
    assert refused.value.problems[0][0].code == "honour_nothing_read"
    for person in (cast.promotion, cast.commander, cast.administrator):
        with pytest.raises(NotAllowed):
            loaded(person, ["示例甲"], year=2029)


def test_two_rows_are_not_one_company(cast: Cast) -> None:
    make.company(cast.zone, "示例甲")
    edition = loaded(cast.office, ["示例甲", "示例甲"])
    assert list(edition.entries.order_by("number").values_list("state", flat=True)) == ["matched", "doubtful"]


def test_what_changed() -> None:
    old = [
        Standing("甲", 1, ("=甲",)),
        Standing("乙", 2, ("=乙",)),
        Standing("丙", 3, ("=丙", "C3")),
        Standing("丁", 4, ("=丁",)),
    ]
    new = [
        Standing("乙", 1, ("=乙",)),
        Standing("甲", 2, ("=甲",)),
        Standing("丙改", 3, ("=丙改", "C3")),
        Standing("戊", 4, ("=戊",)),
    ]
    found = [(change.kind, change.name, change.steps) for change in edition_changes(old, new)]
    assert found == [
        ("up", "乙", 1),
        ("down", "甲", 1),
        ("renamed", "丙改", 0),
        ("new", "戊", 4),
        ("gone", "丁", 4),
    ]


def workbook(rows: list[list[Any]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("示例.xlsx", file.getvalue())


@pytest.mark.parametrize(
    "heads",
    [
        ["企业序号", "企业名称", "主管部门"],
        ["序号", "企业(集团)名称", "官网链接"],
        ["序号", "企业（集团）名称"],
        ["排名", "公司名称（中文）", "营业收入(百万美元)"],
        ["No.", "Company", "Country"],
        ["名次", "集团名称", "省份"],
    ],
)
def test_heads_as_published_are_recognised(heads: list[str], tmp_path: Path) -> None:
    path = tmp_path / "示例.csv"
    rows = [heads, ["1", "示例甲集团", "示例"], ["1,002", "示例乙集团", "示例"]]
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    good, bad = read_list(str(path), numbers_rank=True)
    assert [(one.name, one.rank) for one in good] == [("示例甲集团", 1), ("示例乙集团", 1002)]
    assert bad == []
    ranked = heads[0] in ("排名", "名次")
    wanted: list[int | None] = [1, 1002] if ranked else [None, None]
    assert [one.rank for one in read_list(str(path))[0]] == wanted


def test_from_a_messy_sheet_to_the_record(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲有限公司")
    client = client_of(cast.office)
    given = {"list": LIST, "honour": "fortune_500", "published_on": "2026-08-01", "name": "2026"}
    file = workbook(
        [["示例榜单（虚构）"], [], ["排名", "企業名稱", "统一社会信用代码", "国家/地区"],
         [1, "示例甲有限公司", "BAD", "中国"], [2, "Example\nMotors", None, "US"], [3, None, None, "德国"]]
    )  # fmt: skip
    answer = client.post(reverse("companies:honour-load"), {**given, "file": file}, follow=True)
    page = answer.content.decode()
    assert "第 4 行：“BAD”不是有效的统一社会信用代码" in page
    assert "第 6 行：该行没有企业名称" in page
    edition = HonourEdition.objects.get()
    assert list(edition.entries.order_by("rank").values_list("rank", "name", "country")) == [
        (1, "示例甲有限公司", "中国"),
        (2, "Example Motors", "US"),
    ]
    assert honours(company) == ["fortune_500"]
    panel = client.get(reverse("companies:company-honours", args=[company.pk])).content.decode()
    assert LIST in panel
    assert "第 1 名" in panel
    make.company(cast.zone, "示例乙有限公司")
    listing = client.get(reverse("companies:company-list"), {"edition": edition.pk}).context["listing"]
    assert [row["id"] for row in listing["rows"]] == [company.pk]
    outside = client_of(cast.outsider)
    assert outside.get(reverse("companies:honour-edition", args=[edition.pk])).status_code == 404
    assert LIST not in outside.get(reverse("companies:honour-lists")).content.decode()
    file = workbook([["名次", "企业名称"], [1, "Example Motors"], [2, "示例乙有限公司"]])
    client.post(
        reverse("companies:honour-load"),
        {**given, "published_on": "2027-08-01", "name": "2027", "file": file},
    )
    newest = HonourEdition.objects.latest("pk")
    address = reverse("companies:honour-edition", args=[newest.pk])
    page = client.get(address, {"show": "changes"}).content.decode()
    assert f"较 {edition.name} 的变化" in page
    HonourEdition.objects.update(name="2027")  # two of one year
    assert f"较 {edition.published_on:%Y-%m-%d} 的变化" in client.get(address).content.decode()
    assert "新上榜" in page and "已落榜" in page and "↑ 1" in page


def test_ten_thousand_entries_are_loaded_with_few_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make.company(cast.zone, f"示例{number}号有限公司")
    with django_assert_max_num_queries(80):
        edition = loaded(cast.office, [f"示例{number}号有限公司" for number in range(10_000)])
    assert edition.entries.filter(state="matched").count() == 20


def test_a_doubtful_one_is_decided_on_the_page(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲有限公司", short_name="示例短名")
    edition = loaded(cast.office, ["示例短名"])
    one = edition.entries.get()
    client = client_of(cast.office)
    page = client.get(
        reverse("companies:honour-edition", args=[edition.pk]), {"show": "doubtful"}
    ).content.decode()
    assert "示例甲有限公司" in page
    url = reverse("companies:honour-decide", args=[one.pk])
    assert client_of(cast.promotion).post(url, {"company": company.pk}).status_code == 403
    row = client.post(url, {"company": company.pk}, headers={"HX-Request": "true"}).content.decode()
    assert "人工确认" in row
    assert honours(company) == ["china_500"]
