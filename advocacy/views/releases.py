"""Where a customer reads a case study, signs for it, and takes it back, by a link without a login.

A GET, a HEAD and a prefetch show; only a POST says something, and the same POST once more says nothing else.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from advocacy import mail, pictures, questionnaires, releases, showcase
from advocacy.enums import ReleaseAnswer, ReleaseStep
from advocacy.forms.casestudies import ReleaseForm
from advocacy.models import Release
from surveys import texts, tokens
from surveys.transitions import WrongState
from surveys.views.pages import closed_page, page, public

SAID = {
    ReleaseStep.REVIEW: (ReleaseAnswer.FINE, ReleaseAnswer.CHANGES, ReleaseAnswer.REFUSED),
    ReleaseStep.SIGN: (ReleaseAnswer.SIGNED, ReleaseAnswer.CHANGES, ReleaseAnswer.REFUSED),
}


@public
def release(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever knows no token, and who comes too late, gets the page of every closed link."""
    uuid = tokens.decode(token)
    rows = Release.objects.select_related("study__contact", "study__brand", "version")
    found = rows.filter(token=uuid).first() if uuid else None
    if found is None or not (found.is_waiting or found.answer):
        return closed_page(request)
    if request.method != "POST" or "language" in request.POST:
        return _page(request, found, ReleaseForm(initial=request.POST.dict()))
    if "withdraw" in request.POST:
        if not found.is_signed and found.withdrawn_at is None:
            return closed_page(request)
        releases.withdraw(found.study)
        found.refresh_from_db()
        return _page(request, found, ReleaseForm())
    form = ReleaseForm(request.POST)
    if not form.is_valid() or form.cleaned_data["answer"] not in SAID[ReleaseStep(found.step)]:
        return _page(request, found, form, status=400)
    try:
        _say(found, form.cleaned_data, tag=mail.words_of_release(found, request.POST.get("tag", "")).tag)
    except releases.NotSigned:
        return _page(request, found, form, status=409) if found.is_waiting else closed_page(request)
    except WrongState:
        return closed_page(request)
    return _page(request, found, ReleaseForm())


def _say(found: Release, given: dict[str, Any], *, tag: str) -> None:
    answer = given["answer"]
    if answer == ReleaseAnswer.FINE:
        releases.agree(found)
    elif answer == ReleaseAnswer.CHANGES:
        releases.ask_for_changes(found, remarks=given["remarks"])
    elif answer == ReleaseAnswer.REFUSED:
        releases.refuse(found, remarks=given["remarks"])
    else:
        signed = {name: given[name] for name in ("name", "role", "content", "agreed")}
        releases.sign(found, **signed, tag=tag)


def _page(request: HttpRequest, found: Release, form: ReleaseForm, *, status: int = 200) -> HttpResponse:
    tag = mail.words_of_release(found, request.POST.get("language", "") or request.POST.get("tag", "")).tag
    words = mail.words_of_release(found, tag, **_signature(found, tag))
    agreed = releases.wording(found, words.tag)
    version = found.version
    picked = form["answer"].value()
    context: dict[str, Any] = {
        "release": found,
        "blocks": questionnaires.blocks(version),
        "version": version,
        "pictures": pictures.of_release(found),
        "token": tokens.encode(found.token),
        "handles": showcase.handles(version.handles),
        "site": texts.link(version.site),
        "agreed": agreed,
        "choices": [
            (each.value, words[each.value], words[f"{each.value}_text"], each.value == picked)
            for each in SAID[ReleaseStep(found.step)]
        ],
        "form": form,
        "faults": [words[key] for key in form.faults] if status == 400 else [],
        "is_renewed": status == 409,
        "noted": words["withdrawn" if found.withdrawn_at else f"noted_{found.answer}"] if found.answer else "",
        "is_open": found.is_waiting,
        "switch_form": "release" if found.is_waiting else "",
    }
    return page(request, "advocacy/release.html", words, found.study.brand, status=status, **context)


def _signature(found: Release, tag: str) -> dict[str, str]:
    if not found.is_signed or found.answered_at is None or found.expires_at is None:
        return {"name": "", "day": "", "until": ""}
    day, until = (timezone.localtime(at).date() for at in (found.answered_at, found.expires_at))
    return {"name": found.typed_name, "day": texts.day(tag, day), "until": f"{texts.day(tag, until)} {until.year}"}
