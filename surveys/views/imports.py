"""Bring contacts in from a file: upload, say what the columns mean, look at the check, import, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import imports as domain
from surveys import tasks
from surveys.enums import ImportStatus, KeepReason
from surveys.forms import FIELD_LABELS, MappingForm, UploadForm
from surveys.importing import FileRefused, Issue, undoing
from surveys.models import Import
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PAGE_SIZE = 50
UNPROCESSABLE = 422
# A header and not a meta element, so that it works without script and ends with the work.
LOOK_AGAIN = "3"
STAGES = {
    ImportStatus.UPLOADED: "columns",
    ImportStatus.CHECKING: "working",
    ImportStatus.CHECKED: "checked",
    ImportStatus.RUNNING: "working",
    ImportStatus.FINISHED: "finished",
    ImportStatus.FAILED: "failed",
    ImportStatus.UNDOING: "working",
    ImportStatus.UNDONE: "undone",
}
may_import = permission_required("surveys.import_contacts", raise_exception=True)


@require_safe
@may_import
def imports(request: HttpRequest) -> HttpResponse:
    return _list(request, UploadForm())


@require_POST
@may_import
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, is_too_large="surveys.upload_too_large" in request.META)
    if not form.is_valid():
        return _list(request, form, status=UNPROCESSABLE)
    given, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        batch = domain.receive(
            file, name=file.name, basis=given["basis"], source=given["source"], by=cast("User", request.user)
        )
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
        return _list(request, form, status=UNPROCESSABLE)
    return redirect("surveys:import_", batch.pk)


@require_safe
@may_import
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _import(pk)
    wants_columns = "columns" in request.GET and batch.can_be_mapped
    return _page(request, batch, stage="columns" if wants_columns else STAGES[ImportStatus(batch.status)])


@require_POST
@may_import
def choose_columns(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _import(pk)
    form = MappingForm(request.POST, mapping=domain.mapping_for(batch))
    if not form.is_valid():
        return _page(request, batch, stage="columns", form=form, status=UNPROCESSABLE)
    try:
        domain.submit(batch, mapping=form.mapping, by=cast("User", request.user))
    except WrongState:
        messages.warning(request, _("Not checked again: this file is further by now. Here is how it stands."))
    tasks.run_imports.delay_on_commit()
    return redirect("surveys:import_", pk)


@require_POST
@may_import
def run(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        domain.confirm(_import(pk), by=cast("User", request.user))
    except WrongState:
        messages.warning(request, _("Not started again: this file is further by now. Here is how it stands."))
    tasks.run_imports.delay_on_commit()
    return redirect("surveys:import_", pk)


@require_safe
@may_import
def errors(_request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = _import(pk)
    if not batch.has_errors_file:
        raise Http404
    name = f"{batch.name.rpartition('.')[0] or batch.name} - errors.csv"
    return FileResponse(batch.errors_file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


@require_safe
@may_import
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking it back would do, in numbers, before anything happens."""
    batch = _import(pk)
    if not batch.can_be_undone:
        return redirect("surveys:import_", pk)
    plan = undoing.preview(batch)
    return render(request, "surveys/import_undo.html", {"batch": batch, "plan": plan, "kept": _kept(plan.kept)})


@require_POST
@may_import
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        domain.take_back(_import(pk), by=cast("User", request.user))
    except WrongState:
        messages.warning(request, _("Not taken back: it is no longer what it was. Here is how it stands."))
    tasks.run_imports.delay_on_commit()
    return redirect("surveys:import_", pk)


@require_POST
@may_import
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _import(pk)
    try:
        domain.discard(batch)
    except WrongState:
        messages.warning(request, _("Not thrown away: it is at work, or has stored contacts. Here is how it stands."))
        return redirect("surveys:import_", pk)
    messages.success(request, _("Thrown away: %(file)s. No contact was touched.") % {"file": batch.name})
    return redirect("surveys:imports")


def _import(pk: int) -> Import:
    return get_object_or_404(Import.objects.select_related("by"), pk=pk)


def _list(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    rows = Import.objects.select_related("by").defer("columns", "mapping", "issues", "kinds").order_by("-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "surveys/imports.html", {"form": form, "page": page}, status=status)


def _page(
    request: HttpRequest, batch: Import, *, stage: str, form: MappingForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"batch": batch, "stage": stage, "limit": domain.SHOWN_ISSUES}
    if stage == "columns":
        form = form or MappingForm(mapping=domain.mapping_for(batch))
        context |= {"form": form, "columns": _columns(batch, form)}
    elif stage == "working":
        context |= _progress(batch)
    elif stage == "undone":
        reasons = batch.imported.exclude(kept="").values_list("kept").annotate(n=Count("pk")).order_by()
        context["kept"] = _kept({KeepReason(reason): n for reason, n in reasons})
    if stage in ("checked", "finished"):
        context["mapping"] = [(title, FIELD_LABELS[meaning]) for title, meaning in batch.mapping.items()]
        context["issues"] = [Issue(*issue) for issue in batch.issues]
        kinds = [(Issue(0, column, code), n) for column, code, n in batch.kinds]
        context["kinds"] = sorted(kinds, key=lambda kind: not kind[0].is_rejection)
    response = render(request, "surveys/import.html", context, status=status)
    if stage == "working":
        response["Refresh"] = LOOK_AGAIN
    return response


def _columns(batch: Import, form: MappingForm) -> list[tuple[Any, list[str]]]:
    """Each choice with the values that its column begins with."""
    samples: dict[str, list[str]] = {}
    for column in batch.columns:
        samples.setdefault(column["title"], column["samples"])
    return [(field, samples.get(str(field.label), [])) for field in form]


def _progress(batch: Import) -> dict[str, Any]:
    """How far it is; without an end where none is known."""
    people = batch.created + batch.updated + batch.unchanged
    if batch.status == ImportStatus.RUNNING:
        return {"done": batch.rows_read + batch.rows_stored, "all": max(batch.rows + people, 1), "people": people}
    if batch.status == ImportStatus.UNDOING:
        done = batch.undone_deleted + batch.undone_restored + batch.undone_kept
        return {"done": done, "all": max(batch.created + batch.updated, done, 1)}
    return {"done": batch.rows_read, "all": 0}


def _kept(kept: dict[KeepReason, int]) -> list[tuple[str, int]]:
    return [(str(reason.label), kept[reason]) for reason in KeepReason if reason in kept]
