"""Chinese in both scripts and English are complete: nothing said is missing, nothing Chinese is left in English."""

import gettext
import re

import pytest
from django.utils import translation
from opencc import OpenCC

from sanku.common.templatetags.sanku import html_lang
from scripts.catalogues import traditional_mo
from scripts.messages import PACKAGE, catalogues, said, translations
from scripts.traditional import doubtful, phrases, traditional

# Names and signs that are the same in both languages.
SAME = re.compile(r"^(?:[A-Z0-9]{2,}(?:[-/. ][A-Z0-9]+)*|%|m²|Sanku|[^A-Za-z]*)$")
PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def test_every_message_has_a_chinese_one() -> None:
    known = translations()
    missing = [
        f"{message.where}: {message.text}"
        for message in said()
        if (message.context, message.text) not in known
    ]
    assert missing == []


def test_no_translation_is_of_what_nobody_says() -> None:
    known = {(message.context, message.text) for message in said()}
    assert [text for context, text in translations() if (context, text) not in known] == []


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_no_chinese_message_equals_its_english(language: str) -> None:
    same = [
        text
        for (_, text), strings in translations(language).items()
        if text in strings and not SAME.match(text)
    ]
    assert same == []


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_chinese_messages_name_the_same_values(language: str) -> None:
    """A translation that forgets a value, or invents one, would fail when it is said."""
    wrong = []
    for (_, text), strings in translations(language).items():
        for string in strings:
            extra = set(PLACE.findall(string)) - set(PLACE.findall(text))
            lost = set(PLACE.findall(text)) - set(PLACE.findall(string)) - {""}
            if extra or (lost and len(strings) == 1 and lost != {"count"} and "count" not in lost):
                wrong.append((text, string))
    assert wrong == []


def test_the_messages_of_pages_and_code_are_found() -> None:
    """The tests above prove nothing if the finder finds nothing."""
    texts = {message.text for message in said()}
    assert {"Save", "Nothing fits these filters", "The name is missing. Fill it in."} <= texts
    assert len(texts) > 300


def test_traditional_has_every_message_of_simplified_and_no_simplified_character() -> None:
    made = translations("zh_Hant")
    assert made.keys() == translations().keys()
    convert = OpenCC("s2t").convert
    meant = set("".join(phrases().values()))
    left = {
        sign
        for strings in made.values()
        for string in strings
        for sign in string
        # A character that is written so in Traditional too (后, 里, 台) stands for itself in some word.
        if convert(sign) != sign and sign not in meant and OpenCC("t2s").convert(sign) == sign
    }
    assert left <= set("只系准后里才斗云谷范几仆朴板表别余并采占制游征志布回周群峰床着台"), left


def test_no_word_came_out_with_a_character_of_another() -> None:
    """Where this fails: put the phrase into scripts/traditional.tsv as it should be, and run `make setup`."""
    assert [
        found for strings in translations("zh_Hant").values() for one in strings for found in doubtful(one)
    ] == []
    assert doubtful("更正隻影響一行") == ["更正隻影響一"]


def test_what_is_compiled_is_what_would_be_made() -> None:
    """Where this fails: run `make setup`."""
    for app, catalogue in catalogues("zh_Hant").items():
        po = PACKAGE / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        with traditional_mo(po).open("rb") as compiled:
            known = gettext.GNUTranslations(compiled)
        for message in catalogue:
            if not isinstance(message.id, str) or not message.id:
                continue
            said_now = (
                known.pgettext(message.context, message.id) if message.context else known.gettext(message.id)
            )
            assert said_now == message.string, f"{app}: {message.id}: run make setup"


def test_terms_stay_the_fields_own_in_either_script() -> None:
    for simplified, expected in (
        ("招商引资项目", "招商引資項目"),
        ("产业链环节", "產業鏈環節"),
        ("央企、链主", "央企、鏈主"),
        ("更正只影响这一行", "更正只影響這一行"),
        ("单位折合人民币", "單位折合人民幣"),
        ("坐标系", "坐標系"),
        ("台账与后台", "台賬與後台"),
        ("软件、信息、数据", "軟件、信息、數據"),
        ("准入评审", "准入評審"),
        ("面积 %(area)s 亩", "面積 %(area)s 畝"),
    ):
        assert traditional(simplified) == expected


def test_the_languages_are_called_in_html_as_fonts_know_them() -> None:
    assert [html_lang(code) for code in ("zh-hans", "zh-hant", "en")] == ["zh-CN", "zh-Hant", "en"]
    with translation.override("zh-hant"):
        assert translation.gettext("Save") == "保存"
        assert translation.gettext("Projects") == "項目"
