"""Addresses of the survey side."""

from __future__ import annotations

from django.urls import path

from surveys.views import asks, campaigns, doctor, health, imports, inbox, launching, outbox, public, reports, waves

app_name = "surveys"
urlpatterns = [
    path("r/<str:token>/thanks", public.thanks, name="thanks"),
    path("r/<str:token>/<str:score>", public.answer, name="answer"),
    path("u/<str:token>", public.unsubscribe, name="unsubscribe"),
    path("r/<path:rest>", public.closed, name="closed"),
    path("u/<path:rest>", public.closed),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.new_campaign, name="new_campaign"),
    path("campaigns/create/", campaigns.create_campaign, name="create_campaign"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/set-up/", campaigns.edit_campaign, name="edit_campaign"),
    path("campaigns/<int:pk>/set-up/<str:band>/asks/", asks.asks, name="campaign_asks"),
    path("campaigns/<int:pk>/set-up/<str:band>/asks/save/", asks.save_asks, name="save_campaign_asks"),
    path("campaigns/<int:pk>/change/", campaigns.change_campaign, name="change_campaign"),
    path("campaigns/<int:pk>/audience/", launching.audience, name="audience"),
    path("campaigns/<int:pk>/launch/", launching.launch, name="launch"),
    path("campaigns/<int:pk>/activate/", launching.activate, name="activate_campaign"),
    path("campaigns/<int:pk>/pause/", launching.pause, name="pause_campaign"),
    path("campaigns/<int:pk>/resume/", launching.resume, name="resume_campaign"),
    path("campaigns/<int:pk>/archive/", launching.archive, name="archive_campaign"),
    path("waves/<int:pk>/", waves.wave, name="wave"),
    path("waves/<int:pk>/pause/", waves.pause, name="pause_wave"),
    path("waves/<int:pk>/resume/", waves.resume, name="resume_wave"),
    path("waves/<int:pk>/cancel/", waves.cancel, name="cancel_wave"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/sent/", outbox.treat_as_sent, name="treat_as_sent"),
    path("outbox/<int:pk>/again/", outbox.send_again, name="send_again"),
    path("doctor/", doctor.look, name="doctor"),
    path("doctor/dns/", doctor.ask_dns, name="ask_dns"),
    path("imports/", imports.imports, name="imports"),
    path("imports/upload/", imports.upload, name="upload_import"),
    path("imports/<int:pk>/", imports.import_, name="import_"),
    path("imports/<int:pk>/columns/", imports.choose_columns, name="map_import"),
    path("imports/<int:pk>/run/", imports.run, name="run_import"),
    path("imports/<int:pk>/errors.csv", imports.errors, name="import_errors"),
    path("imports/<int:pk>/undo/", imports.undo, name="undo_import"),
    path("imports/<int:pk>/take-back/", imports.take_back, name="take_back_import"),
    path("imports/<int:pk>/discard/", imports.discard, name="discard_import"),
    path("reports/", reports.reports, name="reports"),
    path("reports.csv", reports.report_csv, name="report_csv"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.mail, name="inbox_mail"),
    path("inbox/<int:pk>/html", inbox.html, name="inbox_html"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
