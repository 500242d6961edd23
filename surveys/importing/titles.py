"""The names under which people write a column, in six languages. Which of them stands for what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 200
# By field: in English, German, Spanish, French, Italian and Portuguese. Case, accents and separators do not count.
SYNONYMS = {
    "email": (
        "email, e mail, mail, email address, e mail address, mail address, contact email, person email",
        "mailadresse, email adresse, e mail adresse",
        "correo, correo electrónico, dirección de correo, dirección de correo electrónico",
        "courriel, adresse mail, adresse email, adresse e mail, adresse électronique",
        "posta elettronica, indirizzo mail, indirizzo email, indirizzo e mail",
        "correio eletrónico, correio eletrônico, endereço de email, endereço de e mail",
    ),
    "name": (
        "name, full name, contact, contact name, person name, display name",
        "vollständiger name, ansprechpartner, ansprechpartnerin, kontakt",
        "nombre, nombre completo, nombre y apellidos, contacto, persona de contacto",
        "nom, nom complet, nom et prénom, prénom et nom",
        "nome, nome completo, nome e cognome, contatto, referente",
        "nome e sobrenome, contato",
    ),
    "first_name": (
        "first name, firstname, given name, forename",
        "vorname, rufname",
        "nombre de pila, primer nombre",
        "prénom",
        "nome di battesimo",
        "primeiro nome, nome próprio",
    ),
    "last_name": (
        "last name, lastname, surname, family name",
        "nachname, familienname, zuname",
        "apellido, apellidos",
        "nom de famille",
        "cognome",
        "sobrenome, apelido, último nome",
    ),
    "company": (
        "company, company name, account, account name, organisation, organization, firm",
        "firma, firmenname, unternehmen",
        "empresa, nombre de la empresa, razón social, organización",
        "entreprise, nom de l'entreprise, société, raison sociale",
        "azienda, nome azienda, ditta, impresa, società, ragione sociale, organizzazione",
        "nome da empresa, razão social, organização",
    ),
    "website": (
        "company website, website, web site, company url, account website",
        "webseite, internetseite, homepage",
        "sitio web, página web",
        "site web, site internet",
        "sito web, sito internet",
        "página da empresa",
    ),
    "revenue": (
        "annual revenue, revenue, yearly revenue, account revenue, arr",
        "umsatz, jahresumsatz, umsatz im jahr",
        "ingresos, ingresos anuales, facturación, facturación anual",
        "chiffre d'affaires, chiffre d'affaires annuel, revenu annuel",
        "fatturato, fatturato annuo, ricavi, ricavi annui",
        "receita, receita anual, faturamento, faturamento anual, faturação, volume de negócios",
    ),
    "language": (
        "language, locale, lang, preferred language",
        "sprache, bevorzugte sprache",
        "idioma, idioma preferido",
        "langue, langue préférée",
        "lingua, lingua preferita",
        "língua",
    ),
    "timezone": (
        "timezone, time zone, tz",
        "zeitzone",
        "zona horaria, huso horario",
        "fuseau horaire",
        "fuso orario",
        "fuso horário",
    ),
    "phone": (
        "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell phone",
        "telefon, telefonnummer, rufnummer, handy, handynummer, mobil, mobiltelefon, mobilnummer",
        "teléfono, número de teléfono, móvil, teléfono móvil, celular",
        "téléphone, numéro de téléphone, portable, téléphone portable",
        "numero di telefono, cellulare, telefono cellulare",
        "telefone, número de telefone, telemóvel, telefone celular",
    ),
    "customer_since": (
        "customer since, client since, member since, since",
        "kunde seit, kundin seit",
        "cliente desde",
        "client depuis, cliente depuis",
        "cliente dal, cliente da",
        "cliente desde",
    ),
    "tags": (
        "tags, tag, labels",
        "schlagworte, schlagwörter, stichworte, stichwörter, etiketten",
        "etiquetas",
        "étiquettes, mots clés",
        "etichette",
        "marcadores",
    ),
    "owner_email": (
        "owner email, owner, owner mail, owner e mail, account owner, account manager, contact owner",
        "betreuer, betreuerin, kundenbetreuer, kundenbetreuerin, zuständig",
        "responsable, gestor de cuenta, ejecutivo de cuenta",
        "chargé de compte, chargée de compte",
        "responsabile",
        "responsável, gestor de conta",
    ),
    "external_id": (
        "external id, id, customer id, contact id, person id, crm id, external reference",
        "kundennummer, kundennr, kunden nr, kunden id, externe id",
        "id externo, id de cliente, código de cliente, número de cliente",
        "id externe, id client, identifiant, identifiant client, numéro client, numéro de client, code client",
        "id esterno, id cliente, codice cliente, numero cliente",
        "id do cliente, código do cliente, número do cliente",
    ),
}

_BETWEEN = re.compile(r"[\s_.\-'’\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]+")


def field_of(title: str, beside: Sequence[str] = ()) -> str:
    """The field that a title names among the titles `beside` it; empty for one that we do not know."""
    word = _spelled(title)
    half, others = _HALVES.get(word, ("", frozenset[str]()))
    is_half = bool(half) and not others.isdisjoint(map(_spelled, beside))
    return half if is_half else _FIELDS.get(word, "")


def _spelled(title: str) -> str:
    """Without what people leave out or write in another way; empty for what is too long for a name."""
    if len(title) > LONGEST:
        return ""
    letters = title.casefold()
    if not letters.isascii():
        parts = unicodedata.normalize("NFKD", letters)
        letters = "".join(part for part in parts if not unicodedata.combining(part))
    return _BETWEEN.sub(" ", letters).strip()


_FIELDS = {
    _spelled(synonym): name
    for name, tongues in SYNONYMS.items()
    for synonyms in tongues
    for synonym in synonyms.split(", ")
}
# What is the whole name alone, and one half of it beside the word for the other half.
_HALVES = {
    "name": ("last_name", frozenset({"vorname"})),
    "nombre": ("first_name", frozenset({"apellido", "apellidos"})),
    "nom": ("last_name", frozenset({"prenom"})),
    "nome": ("first_name", frozenset({"cognome", "sobrenome", "apelido"})),
}
