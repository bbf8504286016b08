"""The lint of stage names: facts pass, activities and plans do not, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.project import PipelineConfig, Project, StageConfig, lint_stage_names, load
from funnelbook.project.names import fold
from funnelbook.project.stage_names import objection

FACTS = """
Заявка получена; Потребность выяснена; Предложение отправлено; Замер сделан; Условия согласованы; Договор подписан
Оплата получена; Счёт выставлен; Дозвонились; Клиент ответил; Встреча назначена; Принято решение; Новая заявка
Неразобранное; Входящий звонок; Заявка с сайта; КП отправлено; Отправили КП; Согласился на замер; Недозвон
Квалифицированный лид; Аванс оплачен; Тест-драйв пройден; Показ состоялся; Договор готов; Согласен с ценой
Пришёл в магазин; КП принято, ждём оплату; Взят в работу; Обращение; Документы собраны; Цена названа
Банк одобрил; Ушёл с покупкой; Купил; Снят с паузы; План согласован; Записан на приём; Доставка оплачена
Задаток внесён; Передано в производство; Ипотека одобрена; Отдел продаж; Лид; Пробный период
Request received; Need understood; Offer sent; Terms agreed; Contract signed; Demo scheduled; Qualified to buy
Decision maker bought-in; Contact Made; Negotiations Started; Meeting held; Meeting set; Payment received; New lead
Incoming leads; Lead; Inbound; Verbal agreement given; Quote accepted; Site visited; Buyer has chosen; Came in
Left with a purchase; Reference calls done; Onboarding completed; Pricing agreed; Training booked; Invoice paid
Needs defined; Contract out; No answer; Contract ready; Proposal presented; Won back; Shortlisted; Site visitor
Trial signed up; Value proven; Booking made; Ghosted; Security review passed; Viewing booked; Signed; Measured
"""

ACTIVITIES = """
Переговоры; Первичный контакт; Принимают решение; Согласование договора; Отправить КП; Обзвон; В работе; Думает
Звонок; Перезвонить; Первая встреча; Замер; Презентация; Оплата; Договор; КП; Коммерческое предложение; Счёт
Выставить счёт; Ожидание оплаты; Ждём оплату; Квалификация; Выявление потребностей; Дожим; На согласовании
В процессе; Готовим КП; Подготовка предложения; Консультация; Торг; Рассматривает предложение; Надо позвонить
Сравнивает с конкурентами; Назначить встречу; Согласование цены; Работа с возражениями; Проверка документов
Отправить подписанный договор; Должен оплатить; В ожидании; Планируется встреча; Подбор; Заявка в обработке
Negotiations; Negotiation/Review; Calling; Call; Follow-up; Send offer; In progress; In negotiation; Thinking
Prospecting; Qualification; Needs Analysis; Value Proposition; Perception Analysis; Proposal/Price Quote; Quote
Demo; Discovery; Presentation; Meeting; Awaiting payment; Waiting for signed contract; Pending; To be contacted
Prepare quote; Schedule demo; Contract; Payment; Decision; On hold; Under review; Contact client; Nurturing
Buyer thinks; Evaluation; First call; Negotiating terms; Call back; Invoice; Make an offer; Set meeting; Close deal
Id. Decision Makers; Chase payment; Decision making; Viewing; Legal review
"""


def names(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split(";")]


@pytest.mark.parametrize("name", names(FACTS))
def test_a_fact_passes(name: str) -> None:
    assert objection(name) is None


@pytest.mark.parametrize("name", names(ACTIVITIES))
def test_an_activity_or_a_plan_does_not(name: str) -> None:
    assert objection(name) is not None


@pytest.mark.parametrize("name", ["", "—", "3", "!!!", "MQL", "Этап 3"])
def test_a_name_that_cannot_be_judged_passes(name: str) -> None:
    assert objection(name) is None


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Переговоры", "Условия согласованы"),
        ("Отправить КП", "КП отправлено"),
        ("Согласование договора", "Договор подписан"),
        ("Обзвон", "Дозвонились"),
        ("Negotiations", "Terms agreed"),
        ("Proposal/Price Quote", "Offer sent"),
        ("Calling", "Buyer reached"),
    ],
)
def test_a_better_name_is_suggested(name: str, better: str) -> None:
    found = objection(name)
    assert found is not None
    assert found.better == better


def test_every_suggestion_is_itself_a_fact() -> None:
    from funnelbook.project import stage_words_en, stage_words_ru

    for _, better in (*stage_words_en.BETTER, *stage_words_ru.BETTER):
        assert objection(better) is None, better


def test_the_warning_stands_at_the_name(tmp_path: Path) -> None:
    (tmp_path / "funnelbook.toml").write_text(
        '[[pipelines]]\nname = "Окна"\n[[pipelines.stages]]\nname = "Заявка получена"\n'
        '[[pipelines.stages]]\nminutes = 5\nname = "Переговоры"\n'
    )
    (finding,) = lint_stage_names(load(tmp_path))
    assert str(finding.place) == "funnelbook.toml:7:8"
    assert (finding.rule, finding.severity) == ("stage-name", "warning")
    assert "Условия согласованы" in finding.hint


def test_a_project_without_a_file_is_linted_too(tmp_path: Path) -> None:
    pipeline = PipelineConfig("main", (StageConfig("Offer sent"), StageConfig("Negotiations")))
    (finding,) = lint_stage_names(Project(tmp_path, pipelines=(pipeline,)))
    assert "`Negotiations`" in finding.message


@pytest.mark.parametrize(
    "written",
    [
        "Счёт  выставлен",
        "СЧЕТ ВЫСТАВЛЕН",
        " Сче\u0308т\u00a0выставлен",
        "Сч\u200bёт выставлен\ufeff",
        "Счёт\tвыставлен",
    ],
)
def test_a_name_is_one_however_it_is_written(written: str) -> None:
    assert fold(written) == fold("Счёт выставлен")
