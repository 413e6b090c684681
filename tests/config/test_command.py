"""The `sanku` command speaks the language of the shell, and says what to do first."""

import os
import subprocess
import sys
from pathlib import Path

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


def test_a_database_that_is_not_set_up_is_told_in_words(tmp_path: Path) -> None:
    own = {"SANKU_DATA_DIR": str(tmp_path), "SANKU_LANGUAGE": "zh-hans"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "sanku.config.command", "audit", "verify"],
        env={**kept, "DJANGO_SETTINGS_MODULE": "sanku.config.settings", **own},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "数据库尚未为本版本的三库建好：请先运行 “sanku migrate”。\n"
