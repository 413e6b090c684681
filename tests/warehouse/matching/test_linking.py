"""Rows linked to a base of invented companies."""

from collections.abc import Sequence

import numpy as np
import pytest

from sanku.common.codes import expected_check_character
from sanku.warehouse.matching import linking, model
from sanku.warehouse.matching.bases import Company, ListBase, silent
from sanku.warehouse.matching.comparing import AT, NAMES
from sanku.warehouse.matching.explaining import reasons


def code(number: int, region: str = "370800") -> str:
    """Return an invented valid code."""
    body = f"91{region}MA3{number:06d}"
    return body + str(expected_check_character(body))


COMPANIES = [
    Company("济宁市示例重型机械有限公司", code(1), "山东", "济宁", "济宁市任城区甲乙路18号"),
    Company("济宁云杉生物科技有限公司", code(2), "山东", "济宁", "济宁市兖州区丙丁路5号"),
    Company("青岛云杉生物科技有限公司", code(3, "370200"), "山东", "青岛", "青岛市市南区戊己路7号"),
    Company("泗水瑞霖食品集团有限公司", code(4), "山东", "济宁", "泗水县庚辛大街99号"),
    Company("鲁汇商业银行股份有限公司", code(5), "山东", "济宁", "济宁市任城区壬癸路1号"),
    Company("鲁汇商业银行股份有限公司曲阜支行", code(6), "山东", "济宁", "曲阜市子丑路2号"),
    Company("鲁汇商业银行股份有限公司邹城支行", code(7), "山东", "济宁", "邹城市寅卯路3号"),
    *(
        Company(f"梁山{a}{b}建材有限公司", code(100 + n), "山东", "济宁", f"梁山县辰巳路{n}号")
        for n, (a, b) in enumerate(zip("松柏槐榆桐楠桦樟", "鹭鹤鸥雁鹰燕莺鹊", strict=True))
    ),
]


@pytest.fixture(scope="module")
def base() -> ListBase:
    return ListBase(COMPANIES)


def linked(base: ListBase, *rows: Company) -> Sequence[linking.Answer]:
    return list(linking.link(rows, base, silent))


def best(answer: linking.Answer) -> str:
    return COMPANIES[answer.rows[0]].name if answer.rows else ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (Company("3、濟寧市示例重型機械有限公司", city="济宁"), 0),
        (Company("济宁示列重型机械有限责任公司", address="任城区甲乙路18号"), 0),
        (Company("示例重型机械", city="济宁"), 0),
        (Company("济宁市示例重型机械有限公司", code(1).lower()), 0),
        (Company("济宁云衫生物科技有限公司", city="济宁"), 1),
        (Company("云杉生物科技有限公司", city="青岛"), 2),
        (Company("鲁汇银行曲阜支行", city="济宁"), 5),
        (Company("Jining Yunshan Biotechnology Co., Ltd."), 1),
        (Company("济宁新云杉生物有限公司(原济宁云杉生物科技有限公司)", city="济宁"), 1),
    ],
)
def test_the_right_company_is_the_best_candidate(base: ListBase, typed: Company, meant: int) -> None:
    answer = linked(base, typed)[0]
    assert best(answer) == COMPANIES[meant].name
    assert answer.decision in ("auto", "review")
    assert reasons(answer.features)  # type: ignore[arg-type]


def test_a_wrong_character_of_a_code_is_repaired(base: ListBase) -> None:
    typed = code(1)[:10] + ("7" if code(1)[10] != "7" else "8") + code(1)[11:]
    answer = linked(base, Company("示例重型机械有限公司", typed))[0]
    assert best(answer) == COMPANIES[0].name
    assert answer.features is not None and answer.features[AT["code"]] == 2


@pytest.mark.parametrize(
    "typed",
    [
        Company("烟台云杉生物科技有限公司", city="烟台", address="芝罘区未申路4号"),
        Company("鲁汇商业银行股份有限公司嘉祥支行", city="济宁", address="嘉祥县午未路6号"),
        Company("济宁云杉生物科技有限公司", code(77)),
        Company("莱阳完全无关渔具厂", city="烟台"),
    ],
)
def test_another_company_is_not_linked_by_itself(base: ListBase, typed: Company) -> None:
    assert linked(base, typed)[0].decision != "auto"


def test_a_branch_is_not_its_head_office(base: ListBase) -> None:
    answers = linked(
        base,
        Company("鲁汇商业银行股份有限公司", city="济宁"),
        Company("泗水瑞霖食品集团有限公司第三分公司", city="济宁"),
    )
    assert best(answers[0]) == "鲁汇商业银行股份有限公司"
    assert answers[1].decision != "auto"


def test_rows_without_anything_get_no_company(base: ListBase) -> None:
    answers = linked(base, Company(""), Company("  \n"), Company("。"))
    assert [(answer.rows, answer.decision) for answer in answers] == [((), "none")] * 3
    assert linked(base) == []
    assert linked(ListBase([]), Company("济宁示例有限公司"))[0] == linking.NOTHING


def test_scores_are_probabilities_and_the_order_is_stable(base: ListBase) -> None:
    rows = [Company(company.name, city=company.city) for company in COMPANIES]
    once, again = linked(base, *rows), linked(base, *rows[::-1])[::-1]
    assert [answer.rows for answer in once] == [answer.rows for answer in again]
    for answer in once:
        assert list(answer.scores) == sorted(answer.scores, reverse=True)
        assert all(0 <= score <= 1 for score in answer.scores)


def test_the_model_is_of_these_features() -> None:
    fitted = model.model()
    assert fitted.feature.max() < len(NAMES) and 0 < fitted.review < fitted.auto < 1 and fitted.slope > 0
    assert np.isfinite(model.log_odds(fitted, np.full((2, len(NAMES)), np.nan, np.float32))).all()
    with pytest.raises(ValueError, match="match_train"):
        model.read({"features": ["another"], "trees": []})


def test_at_most_one_candidate_is_right() -> None:
    alone, twice = model.exclusive(np.array([3.0])), model.exclusive(np.array([3.0, 3.0]))
    assert alone[0] == pytest.approx(3.0)
    assert (1 / (1 + np.exp(-twice))).sum() <= 1.0


def test_processes_that_inherit_a_list_answer_as_one_does(base: ListBase) -> None:
    rows = [
        *COMPANIES,
        Company("云杉生物科技有限公司", city="青岛"),
        Company("鲁汇银行曲阜支行", city="济宁"),
        Company(""),
    ]
    alone = list(linking.link(rows, base, silent, workers=0))
    together = list(linking.link(rows, base, silent, workers=2))
    assert [(each.rows, each.scores, each.decision) for each in together] == [
        (each.rows, each.scores, each.decision) for each in alone
    ]
