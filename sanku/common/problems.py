"""What can be wrong with a value, as codes with parameters; prose is made here, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MESSAGES: dict[str, Promise] = {
    "name_missing": gettext_lazy("The name is missing. Fill it in."),
    "uscc_shape": gettext_lazy(
        "“%(value)s” is not a unified social credit code: it has 18 characters, digits and capital letters. Leave it "
        "empty if it is not known."
    ),
    "uscc_check_character": gettext_lazy(
        "The check character of “%(value)s” does not fit: after the first 17 it should be %(expected)s. Compare it "
        "with the licence."
    ),
    "base_changed": gettext_lazy(
        "Version %(version)s of the base has no such company: search again and choose again."
    ),
    "base_too_many": gettext_lazy("At most %(most)s companies are picked at once. Choose fewer."),
    "uscc_taken": gettext_lazy(
        "“%(holder)s” already has this unified social credit code. Open that record instead."
    ),
    "registry_number_taken": gettext_lazy(
        "“%(holder)s” already has this registry number. Open that record instead."
    ),
    "code_taken": gettext_lazy("“%(holder)s” already has the number %(value)s. Choose another."),
    "region_code": gettext_lazy(
        "“%(value)s” is not a region code: it has six digits, the first two a province."
    ),
    "amount_negative": gettext_lazy("The amount cannot be negative."),
    "amount_too_large": gettext_lazy(
        "The amount is too large. Check its unit (yuan, 10,000 yuan, 100 million yuan)."
    ),
    "currency_missing": gettext_lazy("Say in which currency the amount is."),
    "area_negative": gettext_lazy("The area must be greater than zero."),
    "area_free_exceeds_total": gettext_lazy("The free area is larger than the total area."),
    "date_impossible": gettext_lazy("“%(value)s” is not a date that exists. Write it as 2026-11-23."),
    "date_order": gettext_lazy("%(later)s cannot be before %(earlier)s."),
    "date_future": gettext_lazy("The date lies in the future. Check the year."),
    "coordinates_outside": gettext_lazy(
        "These coordinates are not on Earth: longitude −180 to 180, latitude −90 to 90."
    ),
    "coordinates_half": gettext_lazy("Give both longitude and latitude, or neither."),
    "share_range": gettext_lazy("A share lies between 0 and 100 %%."),
    "area_smallest_exceeds_total": gettext_lazy("The smallest part is larger than the total area."),
    "site_kind_missing": gettext_lazy("Say what kind of carrier it is."),
    "held_without_until": gettext_lazy("A held carrier needs the date until which it is held."),
    "stage_unknown": gettext_lazy("“%(value)s” is not a stage of a project."),
    "choice_unknown": gettext_lazy("“%(value)s” is not one of the choices: %(choices)s."),
    "too_long": gettext_lazy("The text has %(length)d characters; %(limit)d is the most."),
    "text_unreadable": gettext_lazy("The text has a character that cannot be kept. Type it anew."),
    "target_held": gettext_lazy(
        "%(department)s already follows this company. Ask them to join, or the office to decide."
    ),
    "squad_of_other_department": gettext_lazy(
        "This squad belongs to %(department)s. Choose one of the department that holds the project."
    ),
    "office_only": gettext_lazy("The office alone changes this mark. Ask it to."),
    "office_assigns": gettext_lazy(
        "The office alone decides who holds this and who answers for it. Ask it to."
    ),
    "boundary_shape": gettext_lazy(
        "The boundary is not a polygon: each ring needs at least four positions, longitude first, the last equal to "
        "the first."
    ),
    "boundary_overlaps_now": gettext_lazy(
        "It overlaps %(others)s, by %(area)s mu, which nobody has agreed to. Look at it again; correct the border, or that "
        "parcel first."
    ),
    "corners_missing": gettext_lazy(
        "Nothing is drawn yet. Draw it on the map, or write one corner a line: longitude, latitude."
    ),
    "corner_unreadable": gettext_lazy(
        "Line %(line)s could not be read: “%(value)s”. Write longitude, latitude, as in 116.690000, 35.420000."
    ),
    "corners_few": gettext_lazy(
        "A ring needs three corners, a line two; here at least %(fewest)d. Write one corner a line, and an empty line "
        "between rings alone."
    ),
    "corners_many": gettext_lazy("There are more than %(most)d corners. Leave out those on straight lines."),
    "parcel_changed": gettext_lazy(
        "Somebody else saved “%(name)s” since this page was opened. Compare its timeline, then save again to keep yours."
    ),
    "parcel_gone": gettext_lazy(
        "One of the parcels is no longer in the library. Go back to the map and choose again."
    ),
    "system_unsaid": gettext_lazy(
        "The file does not say in which coordinate system its parcels are (proposed: %(proposed)s). Say which on the import's "
        "page, or hand the file in again with “crs”."
    ),
    "system_unknown": gettext_lazy(
        "There is no coordinate system “%(value)s”: use wgs84, cgcs2000, gcj02, bd09 or epsg:4548."
    ),
    "parcel_undrawn": gettext_lazy("“%(name)s” has no boundary yet. Draw it first."),
    "parcel_broken": gettext_lazy("The boundary of “%(name)s” crosses itself. Put it right first."),
    "split_held": gettext_lazy(
        "“%(name)s” is held for %(who)s and cannot be split. End the hold first, or wait until it expires."
    ),
    "split_taken": gettext_lazy(
        "“%(name)s” is taken (%(who)s) and cannot be split. Change its status first if that is wrong."
    ),
    "cut_misses": gettext_lazy(
        "The lines cut nothing off. Draw each from border to border, beginning and ending outside of the parcel."
    ),
    "cut_many": gettext_lazy("That would be more than %(most)d pieces. Take some lines away."),
    "cut_sliver": gettext_lazy("A piece would have %(area)s m² only. Move the line, or take it away."),
    "cut_smallest": gettext_lazy(
        "A piece would have %(part)s mu, less than the smallest part of this carrier, %(least)s mu. Move the line, or change "
        "that figure first."
    ),
    "merge_alone": gettext_lazy("Choose at least one parcel beside this one."),
    "merge_many": gettext_lazy("At most %(most)d parcels are merged at once. Take some away."),
    "merge_kinds": gettext_lazy(
        "“%(one)s” and “%(other)s” are different kinds of carriers. Put the kind right first."
    ),
    "merge_holds": gettext_lazy(
        "“%(one)s” and “%(other)s” are not held or taken alike. End the hold first, or hold both for the same until the same "
        "day."
    ),
    "merge_apart": gettext_lazy(
        "The parcels do not adjoin: each must share a border with another one. Choose what lies between, too."
    ),
    "reshape_undone": gettext_lazy("This was undone already."),
    "reshape_moved": gettext_lazy(
        "“%(name)s” was removed or brought back since. Put that right first, then undo."
    ),
    "reshape_changed": gettext_lazy(
        "“%(name)s” was changed since (%(field)s). Undo that first, or correct the boundaries by hand."
    ),
    "company_missing": gettext_lazy("Say which company it is."),
    "company_followed": gettext_lazy(
        "%(department)s follows this company as a target client. Take it off their list first."
    ),
    "stage_of_other_group": gettext_lazy(
        "Your group does not move projects to this stage. Ask the group whose stage it is, or the office."
    ),
    "company_invests": gettext_lazy(
        "%(count)d projects name this company as their investor. Change or remove them first."
    ),
    "company_removed": gettext_lazy("The company itself was removed. Bring it back first."),
    "company_merged": gettext_lazy("“%(name)s” was merged into “%(into)s”. Enter it there."),
    "company_held": gettext_lazy(
        "Other departments keep contacts or dealings with this company, which would go with it. Ask the office to "
        "remove it."
    ),
    "code_merged": gettext_lazy(
        "%(value)s is the code of a record that was merged into “%(holder)s”. Open that record instead."
    ),
    "merge_itself": gettext_lazy("A record cannot be merged with itself. Choose another one."),
    "merged_already": gettext_lazy(
        "“%(name)s” was merged into “%(into)s” already (%(by)s). Open that record."
    ),
    "merge_changed": gettext_lazy(
        "Somebody changed one of the two records since this page was shown. Look at both again."
    ),
    "merge_busy": gettext_lazy(
        "Somebody is just saving something that belongs to one of the two records. Nothing was changed; try again in "
        "a moment."
    ),
    "merge_different": gettext_lazy(
        "%(by)s decided that the two are not the same. If that was wrong, take the decision back first."
    ),
    "merge_two_departments": gettext_lazy(
        "Two departments follow the two records as target clients. The office decides and merges them."
    ),
    "merge_answering": gettext_lazy(
        "Other people answer for the one record than for the other. The office merges them."
    ),
    "merge_undone": gettext_lazy("This merge was undone already (%(by)s)."),
    "merge_survivor_merged": gettext_lazy(
        "“%(name)s” was itself merged into “%(into)s” since. Undo that merge first."
    ),
    "merge_two_codes": gettext_lazy(
        "Both records have a valid code of their own. Two registrations may be two companies: compare them well. The "
        "code that does not win still leads to the one record."
    ),
    "merge_targets": gettext_lazy(
        "%(first)s and %(second)s both follow this company. One claim stays, as proposed the one reported first; the "
        "other is taken off the list and comes back if the merge is undone."
    ),
    "merge_targets_of_one": gettext_lazy(
        "%(first)s follows both records. One target client stays and takes from the other what it lacks."
    ),
    "contact_unnamed": gettext_lazy("A contact needs a name or a phone."),
    "shareholder_taken": gettext_lazy("“%(value)s” is among the shareholders already. Change that entry."),
    "shares_exceed": gettext_lazy("All shares together would exceed 100 %%: %(left)s %% are left."),
    "date_missing": gettext_lazy("The date is missing. Fill it in."),
    "department_missing": gettext_lazy("Say which department holds it."),
    "honour_nothing_read": gettext_lazy(
        "No company was read from this file. The sheet needs a head with the column “企业名称” or “Company”."
    ),
    "honour_other_mark": gettext_lazy(
        "“%(list)s” gives the mark “%(mark)s”. Choose that one, or give the list another name."
    ),
    "honour_edition_there": gettext_lazy(
        "“%(edition)s” of that day is there already. Undo it first, or check the date."
    ),
    "honour_twice": gettext_lazy(
        "“%(company)s” is another entry of this edition already. Choose another company."
    ),
    "honour_no_name": gettext_lazy("The row has no company name. Fill it in."),
    "honour_bad_code": gettext_lazy(
        "“%(value)s” is no unified social credit code; the row counts by its name."
    ),
    "honour_long_name": gettext_lazy("“%(value)s…” is longer than a company name can be. Check the columns."),
    "export_form": gettext_lazy("There is no such kind of file. Choose Excel or CSV."),
    "export_too_long": gettext_lazy(
        "A worksheet holds %(most)d rows; these are %(rows)d. Choose CSV, or narrow the filter."
    ),
    "export_too_many": gettext_lazy(
        "%(count)d exports of yours are being written. Wait for one, or stop one, on the page Exports."
    ),
    "not_allowed": gettext_lazy("Your role may not change this record."),
    "changed_meanwhile": gettext_lazy("Somebody else changed this field meanwhile: it is now “%(value)s”."),
    "tag_name": gettext_lazy(
        "A tag has at most %(limit)d characters, without commas, semicolons, | and /. Shorten it."
    ),
    "tag_taken": gettext_lazy("There is a tag “%(value)s” already. Choose another name, or merge the two."),
    "tag_merge": gettext_lazy("Choose another tag, one that is in use."),
    "tag_unknown": gettext_lazy("The tag is no longer there. Open the record again and choose another."),
    "tags_many": gettext_lazy("A record has at most %(limit)d tags. Take some away first."),
    "field_taken": gettext_lazy("This library has a field “%(value)s” already. Choose another name."),
    "kind_in_use": gettext_lazy(
        "%(count)d records have values of the present kind. Add a new field, and remove this one when it is empty."
    ),
    "choices_missing": gettext_lazy("Give at least one choice, one a line."),
    "choices_many": gettext_lazy("A field has at most %(limit)d choices. Leave some out."),
    "choice_twice": gettext_lazy("The choice “%(value)s” is there twice. Leave one out."),
    "decimals_range": gettext_lazy("Give 0 to %(limit)d decimals."),
    "number_shape": gettext_lazy("“%(value)s” is not a number. Write digits only."),
    "yes_or_no": gettext_lazy("“%(value)s” is neither yes nor no."),
    "link_shape": gettext_lazy("“%(value)s” is not a web address. It begins with https:// or http://."),
    "unknown_field": gettext_lazy("Sanku has no field “%(value)s”."),
    "value_shape": gettext_lazy("A value of this kind is no use here. It can be: %(expected)s."),
    "filter_unknown": gettext_lazy(
        "There is no filter “%(value)s” here. See the description of the interface."
    ),
    "filter_long": gettext_lazy("This filter has too many values, or one that is too long."),
    "filter_unreadable": gettext_lazy(
        "“%(value)s” cannot be read as this filter's value: %(expected)s is expected."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its code, the field where it stands, and what the message needs."""

    code: str
    field: str = ""
    params: Mapping[str, Any] = attribute(default_factory=dict)

    def message(self) -> str:
        """Return what is wrong and what to do, in the active language."""
        known = MESSAGES.get(self.code)
        return (
            str(known) % self.params
            if known is not None
            else _("The value is refused (%(code)s).") % {"code": self.code}
        )


class Refused(Exception):
    """A write was refused; nothing was saved. `problems` maps positions of the drafts to what is wrong."""

    def __init__(self, problems: Mapping[int, Sequence[Problem]]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.code for found in problems.values() for problem in found))


class NotAllowed(Exception):
    """The actor's role may not do this."""


class NotNow(NotAllowed):
    """Nobody may do this as things stand: there is work under way, nothing to be done, or it is done already."""
