"""The tags of the shared templates, and what every template may name."""

import json
import re
from pathlib import Path

from django.utils.translation import override

from sanku.common.templatetags.sanku import fixed, kept_query, undo_url
from sanku.config.navigation import Entry, _current

ROOT = Path(__file__).parents[2]


def test_a_form_carries_on_what_it_does_not_send_itself() -> None:
    filters = [{"key": "stage", "kind": "multi"}, {"key": "area", "kind": "range"}]
    query = "q=%E8%BD%B4&stage=a&stage=b&area_min=1&sort=-name&column=x&column=y&page=abc"
    assert kept_query(query, filters=filters) == [
        ("q", "轴"),
        ("sort", "-name"),
        ("column", "x"),
        ("column", "y"),
    ]
    assert ("q", "轴") not in kept_query(query, "q")


def test_a_message_carries_the_address_that_undoes_it() -> None:
    assert undo_url("undo=/companies/3/restore/ success") == "/companies/3/restore/"
    assert undo_url("success") == ""


def test_what_is_drawn_once_is_drawn_anew_for_another_language_and_another_context() -> None:
    with override("en"):
        english, menu = (fixed("shell/_languages.html", says_pressed=pressed) for pressed in (True, False))
        assert fixed("shell/_languages.html", says_pressed=True) is english
    with override("zh-hans"):
        chinese = fixed("shell/_languages.html", says_pressed=True)
    assert 'value="en" lang="en" aria-pressed="true"' in english
    assert 'value="en" lang="en" aria-pressed="false"' in chinese
    assert "aria-pressed" not in menu
    assert 'value="en" lang="en" aria-current="true"' in menu


def test_the_entry_with_the_longest_address_is_the_pages_own() -> None:
    entries = [Entry(url, "", "", "", url) for url in ("/companies/", "/companies/duplicates/", "/map/")]
    assert _current("/companies/duplicates/3/", entries) == "/companies/duplicates/"
    assert _current("/companies/3/", entries) == "/companies/"
    assert not _current("/accounts/", entries)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    icons = set(json.loads((ROOT / "frontend" / "icons.json").read_text(encoding="utf-8")))
    named = {
        name
        for template in (ROOT / "sanku").rglob("*.html")
        for name in re.findall(r'{%\s*icon\s+"([a-z0-9-]+)"', template.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= icons


def test_no_page_writes_a_colour_of_its_own() -> None:
    sheets = [sheet for sheet in (ROOT / "frontend" / "css").glob("*.css") if sheet.name != "tokens.css"]
    templates = list((ROOT / "sanku").rglob("*.html"))
    written = {
        file.name: found
        for file in (*sheets, *templates)
        if (
            found := re.findall(
                r"(?<![&\w])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b(?=[;\s\"')])",
                file.read_text(encoding="utf-8"),
            )
        )
    }
    assert written == {}
