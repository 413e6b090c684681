"""Files of a derived structure are read before they are needed."""

import threading
from pathlib import Path

import numpy as np
import pytest

from sanku.warehouse import ahead

PER_PAGE = ahead._PAGE // 4


def asked_of(path: Path, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (first page, pages) of what the system is asked for."""
    file, asked = ahead.File(path), []

    class Told:
        def __len__(self) -> int:
            return path.stat().st_size

        def madvise(self, what: int, start: int, length: int) -> None:
            asked.append((start // ahead._PAGE, -(-length // ahead._PAGE)))

    file._map = Told()  # type: ignore[assignment]
    firsts, ends = (np.array(side, np.uint32) for side in zip(*parts, strict=True))
    file.want(firsts, ends)
    return asked


def test_parts_are_asked_for_by_pages_near_ones_together(tmp_path: Path) -> None:
    path = tmp_path / "numbers.npy"
    np.save(path, np.arange(40 * PER_PAGE, dtype=np.uint32))
    assert asked_of(path, [(0, 1)]) == [(0, 1)]
    assert asked_of(path, [(0, 1), (1, 3), (3 * PER_PAGE, 3 * PER_PAGE + 1)]) == [(0, 4)]
    assert asked_of(path, [(0, 1), (20 * PER_PAGE, 22 * PER_PAGE)]) == [(0, 1), (20, 3)]
    assert asked_of(path, [(5, 30 * PER_PAGE), (10, 11), (40 * PER_PAGE - 1, 40 * PER_PAGE)]) == [
        (0, 31),
        (40, 1),
    ]
    assert asked_of(path, [(7, 7)]) == [(0, 1)]


def test_a_folder_is_read_as_far_as_memory_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "a.npy", np.arange(10))
    np.save(tmp_path / "b.npy", np.arange(1 << 20))
    (tmp_path / "none").write_bytes(b"")
    assert ahead.read_all(tmp_path)
    monkeypatch.setattr(ahead, "_free", lambda: 1 << 20)
    assert not ahead.read_all(tmp_path)
    assert not ahead.read_all(tmp_path / "dropped")
    assert ahead.File(tmp_path / "a.npy").numbers.tolist() == list(range(10))


def test_reading_gives_way_to_who_needs_the_disk_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "a.npy", np.arange(10))
    monkeypatch.setattr(ahead, "GIVEN_WAY", 10.0)
    turns, ended = ahead.Turns(), []

    def work() -> None:
        ahead.read_all(tmp_path, turns)
        ended.append(True)

    reading = threading.Thread(target=work)
    with turns, turns:
        reading.start()
        reading.join(0.05)
        assert not ended
    reading.join(5.0)
    assert ended
    monkeypatch.setattr(ahead, "GIVEN_WAY", 0.0)
    with turns:
        assert ahead.read_all(tmp_path, turns)
