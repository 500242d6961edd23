from __future__ import annotations

import pytest

from surveys.importing.columns import FIELDS, read_header, suggest
from surveys.importing.report import FileRefused, Issue


@pytest.mark.parametrize("title", ["email", "E-Mail", " EMAIL ", "e_mail", "Mail", "Email Address", "\ufeffemail"])
def test_column_is_known_by_its_names_in_any_spelling(title: str) -> None:
    header = read_header(1, ["id", title])

    assert [column.field for column in header.columns] == ["external_id", "email"]


def test_every_field_has_a_column_name() -> None:
    titles = (
        "Email,Full name,First Name,Surname,Organisation,Company_Website,Annual Revenue,Locale,Time-Zone,"
        "Phone Number,Customer Since,Labels,Account Manager,Customer ID"
    )

    header = read_header(1, titles.split(","))

    assert [column.field for column in header.columns] == [
        "email", "name", "first_name", "last_name", "company", "website", "revenue", "language", "timezone",
        "phone", "customer_since", "tags", "owner_email", "external_id",
    ]  # fmt: skip
    assert (header.properties, header.issues) == ([], [])


@pytest.mark.parametrize(
    "titles",
    [
        "E-Mail;Vorname;Name;Firma;Webseite;Jahresumsatz;Sprache;Zeitzone;Telefon;Kunde seit;"
        "Schlagwörter;Betreuer;Kunden-Nr.",
        "Correo electrónico;Nombre;Apellidos;Empresa;Página web;Facturación;Idioma;Zona horaria;TELÉFONO;Cliente desde;"
        "Etiquetas;Responsable;Código de cliente",
        "Courriel;Prénom;Nom;Société;Site web;Chiffre d’affaires;Langue;Fuseau horaire;Téléphone;Client depuis;"
        "Étiquettes;Chargé de compte;Numéro client",
        "Indirizzo e-mail;Nome;Cognome;Azienda;Sito web;Fatturato;Lingua;Fuso orario;Cellulare;Cliente dal;Etichette;"
        "Responsabile;Codice cliente",
        "Endereço de e-mail;Nome;Sobrenome;Empresa;Website;Receita;Língua;Fuso horário;Telefone;Cliente desde;"
        "Marcadores;Responsavel;Codigo do cliente",
    ],
    ids=["de", "es", "fr", "it", "pt"],
)
def test_columns_are_known_in_the_languages_of_our_neighbours(titles: str) -> None:
    header = read_header(1, titles.split(";"))
    suggested = suggest(titles.split(";"))

    found = {column.field for column in header.columns}
    assert found == set(suggested.values()) == set(FIELDS) - {"name"}
    assert header.properties == []


@pytest.mark.parametrize("title", ["Name", "Nombre", "Nom", "Nome"])
def test_word_for_a_half_of_the_name_is_the_whole_name_alone(title: str) -> None:
    assert suggest(["email", title]) == {"email": "email", title: "name"}


def test_full_name_beside_a_first_name_stays_the_full_name() -> None:
    assert suggest(["email", "Name", "First name"])["Name"] == "name"


def test_unknown_column_becomes_a_property_with_one_spelling() -> None:
    header = read_header(1, ["email", "Plan", "Delighted Source", "größe", "=cmd|' /C calc'!A0", "<b>x</b>"])

    assert header.properties == ["plan", "delighted_source", "grösse", "=cmd|'_/c_calc'!a0", "<b>x</b>"]


def test_site_and_revenue_without_a_company_are_properties() -> None:
    header = read_header(1, ["email", "Website", "Revenue"])

    assert header.properties == ["website", "revenue"]


def test_repeated_and_nameless_columns_are_left_out() -> None:
    header = read_header(3, ["email", "Mail", "plan", "PLAN", ""])

    assert [column.position for column in header.columns] == [0, 2]
    assert header.issues == [
        Issue(3, "Mail", "column_duplicate"),
        Issue(3, "PLAN", "column_duplicate"),
        Issue(3, "", "column_unnamed"),
    ]


def test_long_and_invisible_titles_are_cut_and_cleaned() -> None:
    header = read_header(1, ["email", "\x00pl\x1ban\n" + "x" * 100])

    assert header.columns[1].title == "pl an " + "x" * 74
    assert header.columns[1].key == "pl_an_" + "x" * 74


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            ["Name", "<b>Phone</b>"],
            "No column of mail addresses. Found: Name, <b>Phone</b>. Name one of them “email”; understood are: email, "
            "name, first name, last name, company, website, revenue, language, timezone, phone, customer since, tags, "
            "owner email, external id.",
        ),
        (
            ["anna@example.com", "Anna"],
            "The first line holds an address instead of column names. Add a header line: email,name",
        ),
        (
            ["email", *["x"] * 499],
            "The file has 500 columns and at most 200 can be read. Delete the ones you do not need.",
        ),
    ],
)
def test_header_that_is_none_is_refused(cells: list[str], words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_header(1, cells)

    assert str(refused.value) == words
