"""The thank-yous of a fix: one draft after another is read, sent, rewritten or skipped; and their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advocacy import announcing, lists, personal, tasks, unsending
from advocacy.enums import DraftStatus
from advocacy.forms.announcing import EditForm, RestForm, SendForm, SetUpForm, SkipForm, TextForm
from advocacy.forms.parts import WrittenForm
from advocacy.models import Announcement, Draft
from advocacy.views import decisions, frame
from surveys import languages, paragraphs, texts
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

WORK = "advocacy.work_announcement"
WRITE = ("edit", "skip")
SINGLY = 3  # more letters than that are taken back together


@require_safe
@permission_required(WORK, raise_exception=True)
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _announcement(pk), _chosen(request, pk))


@require_safe
@permission_required(WORK, raise_exception=True)
def decided(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was told, who was not, and why."""
    announcement = _announcement(pk)
    rows = Draft.objects.filter(announcement=announcement).exclude(status=DraftStatus.WAITING)
    rows = rows.select_related("contact__account", "message", "decided_by").defer("body", "contact__properties")
    page = lists.page(rows.order_by("-decided_at", "-pk"), lists.page_number(request.GET.get("page", "1")))
    context = {"announcement": announcement, "fix": announcement.fix, "page": page}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/thanks_decided.html", context)


@require_POST
@permission_required(WORK, raise_exception=True)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = _draft(pk), SendForm(request.POST)
    if not form.is_valid():
        return _page(request, draft.announcement, draft, form=form)
    try:
        stopped = announcing.send(draft, by=_user(request), read=form.cleaned_data["read"])
    except WrongState as refusal:
        return _page(request, draft.announcement, _draft(pk), form=form, refusal=refusal)
    if stopped:
        said = _("Not sent: %(contact)s %(reason)s. The draft is put aside.")
        messages.warning(request, said % {"contact": draft.contact, "reason": stopped.label})
    else:
        said = _("Noted: the letter to %(contact)s leaves in ten seconds. Until then it can be taken back.")
        messages.success(request, said % {"contact": draft.contact})
    return _on(draft)


@require_POST
@permission_required(WORK, raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a letter; it is the one in hand again."""
    draft, form = _draft(pk), WrittenForm(request.POST)
    try:
        unsending.take_back(draft, by=_user(request))
    except WrongState as refusal:
        chosen = _chosen(request, draft.announcement.fix_id)
        return _page(request, draft.announcement, chosen, form=form, refusal=refusal)
    said = _("Taken back: the mail to %(contact)s does not leave. Its words stand below.")
    messages.success(request, said % {"contact": draft.contact})
    return redirect(f"{reverse('advocacy:thanks', args=[draft.announcement.fix_id])}?draft={draft.pk}")


@require_POST
@permission_required(WORK, raise_exception=True)
def take_back_all(request: HttpRequest, pk: int) -> HttpResponse:
    announcement, form = _announcement(pk), WrittenForm(request.POST)
    try:
        count = unsending.take_back_all(announcement, by=_user(request))
    except WrongState as refusal:
        return _page(request, announcement, _chosen(request, pk), form=form, refusal=refusal)
    said = ngettext("Taken back: %(n)d letter does not leave.", "Taken back: %(n)d letters do not leave.", count)
    messages.success(request, said % {"n": count} if count else _("Taken back: those that are left do not leave."))
    return redirect("advocacy:thanks", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = _draft(pk), EditForm(request.POST)
    if not form.is_valid():
        return _page(request, draft.announcement, draft, form=form)
    try:
        announcing.edit(draft, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, draft.announcement, _draft(pk), form=form, refusal=refusal)
    messages.success(request, _("Saved. Read it once more, and send it."))
    return redirect(f"{reverse('advocacy:thanks', args=[draft.announcement.fix_id])}?draft={draft.pk}")


@require_POST
@permission_required(WORK, raise_exception=True)
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = _draft(pk), SkipForm(request.POST)
    if not form.is_valid():
        return _page(request, draft.announcement, draft, form=form)
    try:
        announcing.skip(draft, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, draft.announcement, _draft(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: %(contact)s is not written to.") % {"contact": draft.contact})
    return _on(draft)


@require_POST
@permission_required(WORK, raise_exception=True)
def send_rest(request: HttpRequest, pk: int) -> HttpResponse:
    announcement, form = _announcement(pk), RestForm(request.POST)
    if not form.is_valid():
        return _page(request, announcement, _chosen(request, pk), form=form)
    count = form.cleaned_data["count"]
    try:
        announcing.send_rest(announcement, count=count, by=_user(request))
    except WrongState as refusal:
        return _page(request, announcement, _chosen(request, pk), form=form, refusal=refusal)
    tasks.announce_fixes.delay_on_commit()
    said = ngettext("Noted: %(n)d letter leaves.", "Noted: %(n)d letters leave, a few at a time.", count)
    messages.success(request, said % {"n": count})
    return redirect("advocacy:thanks", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    announcement, form = _announcement(pk), WrittenForm(request.POST)
    try:
        announcing.conclude(announcement, by=_user(request))
    except WrongState as refusal:
        return _page(request, announcement, _chosen(request, pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: “%(fix)s” is announced.") % {"fix": announcement.fix})
    return redirect("advocacy:fix", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def set_up(request: HttpRequest, pk: int) -> HttpResponse:
    announcement, form = _announcement(pk), SetUpForm(request.POST)
    if not form.is_valid():
        return _page(request, announcement, _chosen(request, pk), form=form)
    try:
        announcing.set_up(announcement, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, announcement, _chosen(request, pk), form=form, refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect("advocacy:thanks", pk)


@require_safe
@permission_required(WORK, raise_exception=True)
def text(request: HttpRequest, pk: int, tag: str) -> HttpResponse:
    """The words of one language."""
    announcement = _announcement(pk)
    _offered(tag)
    form = TextForm(initial=announcing.text_in(announcement, tag))
    return _text_page(request, announcement, tag, form)


@require_POST
@permission_required(WORK, raise_exception=True)
def write_text(request: HttpRequest, pk: int, tag: str) -> HttpResponse:
    announcement, form = _announcement(pk), TextForm(request.POST)
    _offered(tag)
    if not form.is_valid():
        return _text_page(request, announcement, tag, form, status=decisions.UNPROCESSABLE)
    announcing.write_text(announcement, tag, by=_user(request), **form.cleaned_data)
    messages.success(request, _("Saved. It stands in every draft of this language that nobody has edited."))
    return redirect("advocacy:thanks", pk)


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _announcement(pk: int) -> Announcement:
    """By the number of its fix."""
    return get_object_or_404(Announcement.objects.select_related("fix", "ask_with", "rest_by"), fix=pk)


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.select_related(
        "announcement__fix", "announcement__ask_with", "contact__account", "request__response", "request__subject"
    )


def _draft(pk: int) -> Draft:
    return get_object_or_404(_drafts(), pk=pk)


def _offered(tag: str) -> None:
    if tag not in texts.OFFERED:
        raise Http404


def _chosen(request: HttpRequest, pk: int) -> Draft | None:
    """The draft in hand: the one that is asked for, or the first that waits."""
    waiting = _drafts().filter(announcement__fix=pk, status=DraftStatus.WAITING).order_by("pk")
    wanted = request.GET.get("draft", "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        return waiting.filter(pk=int(wanted)).first() or waiting.first()
    return waiting.first()


def _on(draft: Draft) -> HttpResponse:
    """The next draft of the queue, or from the end its first."""
    address = reverse("advocacy:thanks", args=[draft.announcement.fix_id])
    later = announcing.waiting(draft.announcement).filter(pk__gt=draft.pk).first()
    return redirect(f"{address}?draft={later.pk}" if later else address)


def _text_page(
    request: HttpRequest, announcement: Announcement, tag: str, form: TextForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "announcement": announcement,
        "fix": announcement.fix,
        "said_in": languages.get(tag),
        "form": form,
        "elsewhere": announcing.news_elsewhere(announcement, tag),
        "tags": announcing.TAGS,
        "is_reviewed": texts.is_reviewed(tag),
    }
    return render(request, "advocacy/thanks_text.html", context, status=status)


def _page(
    request: HttpRequest,
    announcement: Announcement,
    draft: Draft | None,
    *,
    form: WrittenForm | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    """The queue with one draft in hand; after a refused post with what was sent."""
    counts = announcing.counts(announcement)
    initial = {"gift": announcement.gift, "ask_with": announcement.ask_with_id}
    leaving = list(unsending.leaving(announcement).select_related("contact", "message")[: SINGLY + 1])
    context: dict[str, Any] = {
        "announcement": announcement,
        "fix": announcement.fix,
        "counts": counts,
        "left": counts[DraftStatus.WAITING],
        "leaving": [] if announcement.rest_by_id or len(leaving) > SINGLY else leaving,
        "in_all": unsending.leaving(announcement).count() if len(leaving) > 1 or announcement.rest_by_id else 0,
        "silent": [languages.get(tag) for tag in announcing.silent(announcement)],
        "asks_all": request.GET.get("all") == "ask",
        "spoken": announcing.spoken(announcement),
        "set_up_form": form if isinstance(form, SetUpForm) else SetUpForm(initial=initial),
        **decisions.refusal(form, refusal),
    }
    if draft is not None and draft.status == DraftStatus.WAITING:
        context |= _in_hand(request, draft, form, refusal)
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/thanks.html", context, status=decisions.status(form, refusal))


def _in_hand(
    request: HttpRequest, draft: Draft, form: WrittenForm | None, refusal: WrongState | None
) -> dict[str, Any]:
    made = announcing.letter_of(draft)
    is_theirs = isinstance(form, EditForm) and isinstance(refusal, announcing.Rewritten)
    read = announcing.mark_of(made)
    if isinstance(form, EditForm) and not is_theirs:
        read = form["read"].value() or ""  # what it was opened with: nobody was shown anything newer
    write = "edit" if isinstance(form, EditForm) else "skip" if isinstance(form, SkipForm) else ""
    write = write or (request.GET.get("write", "") if request.GET.get("write") in WRITE else "")
    following = announcing.waiting(draft.announcement).filter(pk__gt=draft.pk).first()
    return {
        "draft": draft,
        "letter": made,
        "paragraphs": paragraphs.of(made.body),
        "said_in": languages.get(draft.language),
        "mark": read,
        "is_theirs": is_theirs,
        "stop": personal.why_not(draft.contact, is_gift=bool(draft.announcement.gift)),
        "following": following,
        "write": write,
        "tags": announcing.TAGS,
        "edit_form": form if isinstance(form, EditForm) else EditForm(initial=vars(made)),
        "skip_form": form if isinstance(form, SkipForm) else SkipForm(),
    }
