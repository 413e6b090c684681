"""What a newcomer does first: drops in a spreadsheet, finds its records in the libraries, changes one, takes it back."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect

from sanku.accounts.models import User
from sanku.companies.models import Company
from sanku.projects.models import Project
from tests import make
from tests.cast import make_cast
from tests.e2e.conftest import SignIn

SAMPLE = next((Path(__file__).parents[2] / "docs" / "samples").glob("*.xlsx"))


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """Run a real worker on the test's own database, as `make run` does."""
    database = connection.settings_dict
    starter = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings';"
        "from django.conf import settings;"
        f"settings.DATABASES['default'].update({{'NAME': {str(database['NAME'])!r}}});"
        f"settings.MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r};"
        "django.setup(); from django.core.management import call_command;"
        "call_command('db_worker', interval=0.2, reload=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", starter], cwd=Path(__file__).parents[2])
    yield
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def officer() -> User:
    """Give a promotion officer of the zone, whose department the sample's projects will be."""
    return make_cast().promotion


def test_a_spreadsheet_becomes_projects_and_can_be_taken_back(
    page: Page, officer: User, sign_in: SignIn, worker: None
) -> None:
    sign_in(page, officer)
    page.goto("/imports/")
    page.set_input_files("input[type=file]", SAMPLE)
    expect(page).to_have_url(re.compile(r"/imports/\d+/review/"), timeout=30_000)
    batch = page.url.rsplit("/", 3)[1]
    save = page.get_by_role("button", name=re.compile(r"写入 \d+ 行"))
    rows = int(re.findall(r"\d+", save.inner_text())[0])
    assert rows > 5
    expect(page.get_by_text("拒收").first).to_be_visible()
    save.click()
    expect(page).to_have_url(re.compile(rf"/imports/{batch}/$"), timeout=30_000)
    expect(page.get_by_text(re.compile(rf"新增 {rows}"))).to_be_visible()
    assert Project.objects.filter(removed_at=None, department=officer.department).count() == rows

    name = Project.objects.order_by("pk").values_list("name", flat=True)[0]
    page.goto("/projects/")
    page.fill("#q", name[:4])
    expect(page.locator("tr[data-id]").first).to_contain_text(name[:4])
    page.get_by_role("link", name=name).dblclick()
    expect(page).to_have_url(re.compile(r"/projects/\d+/$"), timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("#timeline")).to_contain_text("导入")

    page.goto(f"/imports/{batch}/")
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="整批撤回").click()
    expect(page.get_by_text("已撤回").first).to_be_visible()
    assert not Project.objects.filter(removed_at=None).exists()


def test_a_field_is_changed_in_place_and_undone_by_hand(page: Page, officer: User, sign_in: SignIn) -> None:
    company = make.company(name="济宁示例安邦机械有限公司", zone=officer.zone)
    sign_in(page, officer)
    page.goto(f"/companies/{company.pk}/")
    page.locator("#section-identity").get_by_role("button", name="编辑").click()
    page.fill("#section-identity [name=uscc]", "91370800MA00000150")
    page.locator("#section-identity").get_by_role("button", name="保存").click()
    expect(page.locator("#section-identity .errs")).to_contain_text("校验位")
    page.fill("#section-identity [name=uscc]", "91370800MA0000015H")
    page.locator("#section-identity").get_by_role("button", name="保存").click()
    expect(page.locator("#section-identity dl")).to_contain_text("91370800MA0000015H")
    expect(page.locator("#timeline")).to_contain_text("91370800MA0000015H")
    assert Company.objects.get(pk=company.pk).uscc == "91370800MA0000015H"


def test_the_one_box_finds_by_initials_and_opens_by_keys(page: Page, officer: User, sign_in: SignIn) -> None:
    company = make.company(name="济宁示例安邦机械有限公司", zone=officer.zone)
    sign_in(page, officer)
    page.goto("/companies/")
    page.keyboard.press("/")
    page.keyboard.type("jnslab")
    expect(page.locator("#sk-found .sf-i").first).to_contain_text(company.name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/companies/{company.pk}/$"))


def test_the_language_is_switched_and_stays(page: Page, officer: User, sign_in: SignIn) -> None:
    sign_in(page, officer)
    page.goto("/projects/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_text("简体").first.click()
    page.get_by_text("English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/companies/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Companies")


def test_lists_fit_a_phone(phone: Page, officer: User, sign_in: SignIn) -> None:
    make.project(name="示例安邦机械基地项目", department=officer.department)
    sign_in(phone, officer)
    for path in ("/targets/", "/projects/", "/sites/", "/companies/", "/imports/"):
        phone.goto(path)
        fits = phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert fits, path
