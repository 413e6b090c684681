"""`sanku import FILE --dry-run` touches no database."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.intake.build import code, xlsx


def test_tells_what_would_become_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a table; without the database mark any query would fail this test."""
    path = xlsx(
        tmp_path / "a.xlsx", {"名录": [["企业名称", "信用代码", "联系人"], ["示例甲公司", code(1), "王某"]]}
    )
    call_command("import", str(path), "--dry-run", "--json", str(tmp_path / "out.json"))
    assert "名录: enterprise: 1 good" in capsys.readouterr().out
    assert (tmp_path / "out.json").exists()


def test_refuses_in_one_line_with_code_two(tmp_path: Path) -> None:
    """The reason is named, and what to do."""
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    with pytest.raises(CommandError, match=r"^wrong_type: [^\n]+$") as raised:
        call_command("import", str(tmp_path / "a.xlsx"), "--dry-run")
    assert raised.value.returncode == 2
