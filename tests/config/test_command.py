"""The `sanku` command speaks the language of the shell."""

import pytest

from sanku.config.command import shell_language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, None),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-hant"),
        ({"LANG": "zh_HK"}, "zh-hant"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8@euro"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh-hans"),
        ({"SANKU_LANGUAGE": "zh-hant", "LC_ALL": "en_US.UTF-8"}, "zh-hant"),
        ({"SANKU_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh-hans"),
    ],
)
def test_language_of_the_shell(environment: dict[str, str], language: str | None) -> None:
    assert shell_language(environment) == language
