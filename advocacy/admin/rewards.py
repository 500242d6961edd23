"""Budgets, catalogue and referral offers are set up here; rewards, ledger, codes and referrals are looked up."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import Budget, GiftCode, LedgerEntry, Referral, ReferralLink, ReferralOffer, Reward, RewardItem
from config.admin import HistoryAdmin, ReadOnlyAdmin


@admin.register(Budget)
class BudgetAdmin(HistoryAdmin):
    list_display = ["name", "starts_on", "ends_on", "currency", "amount", "approval_limit", "yearly_ceiling"]
    list_filter = ["currency"]
    search_fields = ["name"]


@admin.register(RewardItem)
class RewardItemAdmin(HistoryAdmin):
    list_display = ["name", "kind", "amount", "currency", "has_codes", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]


@admin.register(ReferralOffer)
class ReferralOfferAdmin(HistoryAdmin):
    list_display = ["brand", "writer", "advocate_item", "lead_item", "is_open"]
    list_select_related = ["brand", "advocate_item", "lead_item"]


@admin.register(Reward)
class RewardAdmin(ReadOnlyAdmin):
    list_display = ["item", "contact", "reason", "side", "amount", "currency", "status"]
    list_filter = ["status", "reason", "kind"]
    list_select_related = ["item", "contact"]
    search_fields = ["contact__name", "contact__email", "note", "idempotency_key"]
    console_page = "advocacy:reward"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "reward", "budget", "amount", "currency", "by"]
    list_filter = ["budget", "currency"]
    list_select_related = ["reward__item", "budget", "by"]


@admin.register(GiftCode)
class GiftCodeAdmin(ReadOnlyAdmin):
    """Which codes are drawn; what they are is shown to whoever issues."""

    list_display = ["pk", "item", "reward", "drawn_at", "added_at"]
    list_filter = ["item", ("drawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["item", "reward__item"]
    fields = ["item", "reward", "drawn_at", "added_at"]


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ["registered_at", "name", "company", "link", "status", "handed_over_at"]
    list_filter = ["status"]
    list_select_related = ["link"]
    search_fields = ["name", "email", "company", "link__code"]
    console_page = "advocacy:referral"


@admin.register(ReferralLink)
class ReferralLinkAdmin(ReadOnlyAdmin):
    list_display = ["code", "advocate", "created_at"]
    list_select_related = ["advocate__contact"]
    search_fields = ["code", "advocate__contact__name", "advocate__contact__email"]
    fields = ["code", "advocate", "created_at"]
