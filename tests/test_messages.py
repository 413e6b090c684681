"""Chinese and English are complete: nothing said is missing, nothing Chinese is left in English."""

import re

from scripts.messages import said, translations

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


def test_no_chinese_message_equals_its_english() -> None:
    same = [text for (_, text), strings in translations().items() if text in strings and not SAME.match(text)]
    assert same == []


def test_chinese_messages_name_the_same_values() -> None:
    """A translation that forgets a value, or invents one, would fail when it is said."""
    wrong = []
    for (_, text), strings in translations().items():
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
