"""The shared templates show what their contract promises."""

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override

from sanku.common.list_cells import wraps


def listing(**changes: Any) -> dict[str, Any]:
    """Return the smallest list that shows two rows."""
    columns = [
        {"key": "name", "label": "Name", "unit": "", "align": "", "sort_url": "/p/?sort=name", "sort": "asc"},
        {"key": "amount", "label": "Amount", "unit": "亿元", "align": "num", "sort_url": None, "sort": None},
    ]
    rows = [
        {
            "id": number,
            "url": f"/p/{number}/",
            "preview_url": f"/p/{number}/preview/",
            "cells": [{"text": f"<b>{number}</b>", "sub": "sub"}, {"text": "1.20", "light": "r"}],
            "tags": ["demo"],
            "selected": False,
        }
        for number in (1, 2)
    ]
    whole = {
        "title": "Projects",
        "path": "/p/",
        "heading_parts": [{"value": "2", "unit": "projects", "label": ""}],
        "total_all": 9,
        "actions": [],
        "views": [],
        "search": "",
        "chips": [],
        "clear_url": "/p/",
        "filters": [],
        "columns": columns,
        "column_choices": (("name", "Name", True, True),),
        "rows": rows,
        "page": {
            "from": 1,
            "to": 2,
            "total": 2,
            "first_url": None,
            "previous_url": None,
            "next_url": None,
            "last_url": None,
        },
        "totals": [],
        "export_url": "/p/export/?a=1",
        "empty": {"title": "Nothing here yet", "text": "", "action_label": "", "action_url": ""},
        "query_string": "",
    }
    return {**whole, **changes}


def rows_page(**changes: Any) -> str:
    return render_to_string("library/_rows.html", {"listing": listing(**changes)})


def test_a_list_says_its_order_and_escapes_what_people_wrote() -> None:
    page = rows_page()
    assert 'aria-sort="ascending"' in page
    assert page.count('aria-selected="false"') == 2
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert '<span class="lt r">1.20</span>' in page


def test_codes_stay_in_one_piece_and_long_texts_take_two_lines() -> None:
    assert not wraps("91370899MA4YW2QJ0N")
    assert wraps("核对用地合同附件，约规划部门会签后送审")
    assert not wraps("光电与汽车零部件")
    assert wraps("National high-tech enterprise")


def test_only_one_row_stands_in_the_tab_order() -> None:
    page = rows_page()
    assert page.count('tabindex="0"') == 1


def test_the_number_without_filters_stands_only_beside_a_filtered_one() -> None:
    with override("en"):
        assert "9 in all" not in rows_page()
        assert "9 in all" in rows_page(search="x")
        assert "9 in all" in rows_page(chips=[{"label": "Stage", "value": "a", "remove_url": "/p/"}])


def test_an_empty_list_says_what_belongs_here_and_has_no_table() -> None:
    page = rows_page(rows=[], page={"total": 0})
    assert "Nothing here yet" in page
    assert "<table" not in page


def test_forms_of_a_list_carry_the_rest_of_the_address() -> None:
    filters = [
        {
            "key": "stage",
            "label": "Stage",
            "kind": "multi",
            "options": (("a", "A", True),),
        }
    ]
    page = rows_page(query_string="q=x&stage=a&sort=-name&page=9", filters=filters)
    dialog = page[page.index("<dialog") :]
    assert '<input type="hidden" name="q" value="x">' in dialog
    assert '<input type="hidden" name="sort" value="-name">' in dialog
    assert '<input type="hidden" name="stage"' not in dialog
    assert '<input type="hidden" name="page"' not in page
    assert '<input type="checkbox" class="cb" name="stage" value="a" checked>' in dialog


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("range", ['name="k_min" value="1"', 'name="k_max" value="2"']),
        ("date_range", ['name="k_from" value="1"', 'name="k_to" value="2"']),
        ("flag", ['name="k" value="1"']),
        ("text", ['name="k" value="v"']),
        ("choice", ['name="k" value=""']),
    ],
)
def test_a_filter_sends_the_names_of_its_kind(kind: str, sent: list[str]) -> None:
    entry: dict[str, Any] = {
        "key": "k",
        "label": "K",
        "kind": kind,
        "options": (),
        "min": "1",
        "max": "2",
        "value": "v",
        "on": False,
    }
    page = rows_page(filters=[entry])
    assert all(part in page for part in sent)


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="In full.")
    area = forms.DecimalField(label="Area", required=False)
    area_unit = forms.ChoiceField(label="Unit", choices=[("mu", "mu"), ("m2", "m²")])


def test_a_section_form_shows_each_error_at_its_field() -> None:
    form = Sample({"name": "", "area": "x", "area_unit": "mu"})
    section = {"key": "land", "title": "Land", "url": "/s/", "edit_url": "/s/edit/?seen=1"}
    page = render_to_string("library/_section_form.html", {"section": section, "form": form})
    assert 'hx-post="/s/edit/?seen=1"' in page
    assert 'id="id_name-errors"' in page
    assert 'id="id_area-errors"' in page
    assert page.count('aria-invalid="true"') == 2
    assert 'aria-label="Unit"' in page


def test_an_empty_section_says_what_would_fill_it() -> None:
    section = {
        "key": "k",
        "title": "Team",
        "open": False,
        "empty_hint": "Who leads it.",
        "edit_url": "/e/",
        "fields": [],
    }
    folded = render_to_string("library/_section.html", {"section": section})
    assert "Who leads it." in folded
    assert 'hx-get="/e/"' in folded
    read_only = render_to_string("library/_section.html", {"section": {**section, "edit_url": None}})
    assert "hx-get" not in read_only


def test_a_timeline_shows_old_and_new_and_says_when_a_value_was_emptied() -> None:
    entry: dict[str, Any] = {
        "when": None,
        "who": "周示敏",
        "what": "",
        "changes": [],
        "why": "",
        "kind": "update",
        "key": True,
    }
    changes = [{"label": "Amount", "old": "1", "new": "2"}, {"label": "Area", "old": "3", "new": ""}]
    with override("en"):
        page = render_to_string("library/_timeline_items.html", {"timeline": [{**entry, "changes": changes}]})
    assert "<s>1</s> → <b>2</b>" in page
    assert "<s>3</s> → " in page and "empty" in page
