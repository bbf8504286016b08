"""A handbook whose export knows customers by name, phone and address."""

from __future__ import annotations

from pathlib import Path

from hostile_handbook import lay, text_of

HEADER = (
    "ID", "Название сделки", "Основной контакт", "Компания", "Ответственный", "Этап сделки", "Воронка", "Бюджет",
    "Дата создания сделки", "Дата закрытия", "Примечание 1", "Рабочий телефон", "Рабочий email", "Источник",
    "Причина отказа",
)  # fmt: skip
CUSTOMERS = (
    ("Щеколдина Вера Павловна", "ООО «Ставни и Засовы»", "+7 (916) 555-01-02", "vera@example.org"),
    ("Conan O'Brien", "", "+44 20 7946 0958", "Conan.OB@example.co.uk"),
    ("Форточкин Олег", "Умный дом", "8 916 555 01 04", ""),
    ("Новый Контакт", "", "", ""),
    ("Мария Засова", "", "", ""),
)
NOTE = "Просит звонить жене, +7 903 555 77 88, или писать ей: zhena@example.org"


def row(number: int, **known: str) -> list[str]:
    name, company, phone, address = CUSTOMERS[number % len(CUSTOMERS)]
    lost = number % 3 == 0
    cells = {
        "ID": str(9_000_100 + number),
        "Название сделки": "Продажа окон",
        "Основной контакт": name,
        "Компания": company,
        "Ответственный": "Мария Засова" if number % 2 else "Пётр Окладов",
        "Этап сделки": "Закрыто и не реализовано" if lost else "Замер",
        "Воронка": "Окна",
        "Бюджет": "1 000",
        "Дата создания сделки": f"{number % 27 + 1:02}.01.2026 10:00:00",
        "Дата закрытия": "20.02.2026 10:00:00" if lost else "не закрыта",
        "Примечание 1": NOTE if number == 7 else "",
        "Рабочий телефон": phone,
        "Рабочий email": address,
        "Источник": "Сайт",
        "Причина отказа": "Дорого" if lost else "",
        **known,
    }
    return [cells[name] for name in HEADER]


def export(rows: int = 30, **known: str) -> str:
    return text_of(HEADER, [row(number, **known) for number in range(rows)])


def playbook(body: str) -> str:
    return f"---\ntitle: Note\nkind: note\nowner: Head of sales\n---\n\n{body}\n"


def handbook(folder: Path, body: str = "Ring back within an hour.", **known: str) -> Path:
    """In `folder`, with one playbook, content/en/note.md, whose body begins in line 7."""
    files = {"content/exports/deals.csv": export(**known), "content/en/note.md": playbook(body)}
    return lay(folder, files)
