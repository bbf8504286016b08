"""Headers as they were seen in real exports, whole: whose they are, and what each column is taken for."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnelbook.project import Project, Site
from funnelbook.sources.folders import Folder
from funnelbook.sources.reading import examine

_NOTES = "Примечание;Примечание 2;Примечание 3;Примечание 4;Примечание 5"
_PHONES = "Рабочий телефон;Рабочий прямой телефон;Мобильный телефон;Факс;Домашний телефон;Другой телефон"
_UTM = "utm_source;utm_medium;utm_campaign;utm_term;utm_content;utm_referrer;_ym_uid;roistat;referrer;gclid;yclid"
AMO_LONG = (
    "ID;Название сделки;Бюджет ;Ответственный;Дата создания сделки;Кем создана сделка;Дата редактирования;"
    f"Кем редактирована;Дата закрытия;Теги;{_NOTES};Этап сделки;Воронка;Полное имя контакта;Компания контакта;"
    f"Ответственный за контакт;Компания;{_PHONES};Рабочий email;Личный email;Другой email;Город;Источник;"
    f"Должность;Skype;ICQ;Пользовательское соглашение;{_UTM};Источник;roistat;Причина отказа;Причина отказа"
)
AMO_SHORT = (
    "ID;Название сделки;Основной контакт;Ответственный;Этап сделки;Бюджет ₽;Дата создания;Кем создана;"
    "Дата закрытия;Теги сделки;Воронка;Компания;Компания контакта;Примечание;Причина отказа;Источник сделки;"
    "Рабочий телефон (контакт);Мобильный телефон (контакт);Рабочий email (контакт);Полное имя (контакт);Бар (deal)"
)
AMO_IMPORT = (
    "ID;Название сделки;Бюджет руб. (сделка);Ответственный за сделку;Дата создания (сделка);Кем создана сделка;"
    "Тег сделки;Примечание к сделке;Статус сделки;Воронка;Дата закрытия;Полное имя (контакт);Название (компания)"
)
KOMMO_SHORT = (
    "ID;Lead título;Contato principal;Etapa do lead;Funil de vendas;Venda;Data Criada;Criado por;"
    "Última modificação;Modificado por;Lead tags;Lead usuário responsável;Empresa lead 's;Empresa do contato;"
    "Telefone comercial (contato);Celular (contato);Tel. direto com. (contato);Email comercial (contato);"
    "Email pessoal (contato);motivo de insucesso"
)
KOMMO_LONG = (
    "ID;Nome completo;Telefone comercial;Email comercial;Email pessoal;Empresa lead 's;Usuário responsável;Tags;"
    "Etapa do lead;Funil de vendas;Lead venda R$;Criado em"
)
KOMMO_SPANISH = (
    "ID;Nombre del lead;Contacto principal;Estatus del lead;Etiquetas del lead;Teléfono celular (contacto);"
    "Teléfono oficina (contacto);Correo (contacto);E-mail priv. (contacto);Fecha de creación"
)
HUBSPOT_LABELS = (
    "Record ID;Deal Name;Deal Stage;Pipeline;Amount;Close Date;Create Date;Deal owner;Deal Type;Last Activity Date;"
    "Associated Company;Associated Company IDs;Associated Contact IDs;Is Closed Won;Is closed lost;Is Deal Closed?;"
    'Original Source;Closed Lost Reason;Date entered "Closed Won (Sales)";Date exited "Closed Won (Sales)";'
    'Cumulative time in "Closed Won (Sales)";Latest time in "Closed Won (Sales)"'
)
HUBSPOT_NAMES = (
    "hs_object_id;dealname;dealstage;pipeline;amount;closedate;createdate;hubspot_owner_id;hs_is_closed;"
    "hs_is_closed_won;closed_lost_reason;hs_lastmodifieddate;hs_v2_date_entered_closedwon;hs_v2_date_exited_closedwon;"
    "hs_v2_cumulative_time_in_closedwon;hs_v2_latest_time_in_closedwon;hs_v2_date_entered_current_stage;"
    "hs_v2_time_in_current_stage;hs_date_entered_appointmentscheduled;hs_v2_date_entered_abc123_999"
)
_PIPEDRIVE = (
    "ID;Title;Owner;Value;Currency of value;Weighted value;Currency of Weighted value;Probability;Organization;"
    "Organization ID;Pipeline;Contact person;Contact person ID;Stage;Label;Status;Deal created;Update time;"
    "Last stage change;Next activity date;Last activity date;Won time;Last email received;"
    "Last email sent;Lost time;Deal closed on;Lost reason;Visible to;Total activities;"
    "Done activities;Activities to do;Email messages count;"
    "Expected close date;Product quantity;Product amount;Product name;Source origin;Source channel;Archive status;"
    "Archive time"
)
_PIPEDRIVE_OTHER = "Pipedrive System ID;Title;Add time;Stage (pipeline);Stage change time;Status;Closed on;Currency"
SALESFORCE = (
    "Opportunity Owner;Account Name;Opportunity Name;Stage;Fiscal Period;Close Date;Type;Forecast Category;"
    "Amount Currency;Amount;Probability (%);Age;Created Date;Next Step;Lead Source;Owner Role;"
    "Expected Revenue Currency;Expected Revenue;Opportunity ID"
)
BITRIX = (
    "ID;Название;Тип;Воронка;Стадия сделки;Группа стадии;Новая сделка;Регулярная сделка;Повторная сделка;"
    "Повторное обращение;Вероятность;Валюта;Сумма;Режим расчёта суммы;Ставка налога;Компания;Контакт;Контакты;"
    "Предложение;Дата начала;Дата завершения;Доступна для всех;Закрыта;Комментарий;Ответственный;Кем создана;"
    "Кем изменена;Дата создания;Дата изменения;Источник;Дополнительно об источнике;Лид;Местоположение;"
    "Внешний источник;Когда передвинут;Предыдущая стадия;Рекламная система;Тип трафика;Компания: Название компании"
)
BITRIX_OLD = "ID;Название сделки;Направление;Стадия сделки;Дата создания;Предполагаемая дата закрытия;Сумма"


def prefixed(header: str) -> str:
    return ";".join(f"Deal - {name}" for name in header.split(";"))


#: Header -> its reader, and what the canonical columns of deals are taken from, in the order of `_COLUMNS`.
_COLUMNS = (
    "deal_id", "created_at", "stage", "pipeline", "closed_at", "value", "currency", "owner", "source",
    "loss_reason",
)  # fmt: skip
SEEN = {
    AMO_LONG: (
        "amoCRM deals",
        "ID|Дата создания сделки|Этап сделки|Воронка|Дата закрытия|Бюджет||Ответственный|Источник|Причина отказа",
    ),
    AMO_SHORT: (
        "amoCRM deals",
        "ID|Дата создания|Этап сделки|Воронка|Дата закрытия|Бюджет ₽|Бюджет ₽|Ответственный|Источник сделки|"
        "Причина отказа",
    ),
    AMO_IMPORT: (
        "amoCRM deals",
        "ID|Дата создания (сделка)|Статус сделки|Воронка|Дата закрытия|Бюджет руб. (сделка)|Бюджет руб. (сделка)|"
        "Ответственный за сделку||",
    ),
    KOMMO_SHORT: (
        "amoCRM deals",
        "ID|Data Criada|Etapa do lead|Funil de vendas||Venda||Lead usuário responsável||motivo de insucesso",
    ),
    KOMMO_LONG: (
        "amoCRM deals",
        "ID|Criado em|Etapa do lead|Funil de vendas||Lead venda R$|Lead venda R$|Usuário responsável||",
    ),
    KOMMO_SPANISH: ("amoCRM deals", "ID|Fecha de creación|Estatus del lead|||||||"),
    HUBSPOT_LABELS: (
        "HubSpot deals",
        "Record ID|Create Date|Deal Stage|Pipeline|Close Date|Amount||Deal owner|Original Source|"
        "Closed Lost Reason",
    ),
    HUBSPOT_NAMES: (
        "HubSpot deals",
        "hs_object_id|createdate|dealstage|pipeline|closedate|amount||hubspot_owner_id||closed_lost_reason",
    ),
    _PIPEDRIVE: (
        "Pipedrive deals",
        "ID|Deal created|Stage|Pipeline|Won time|Value|Currency of value|Owner|Source channel|Lost reason",
    ),
    _PIPEDRIVE_OTHER: (
        "Pipedrive deals",
        "Pipedrive System ID|Add time|Stage (pipeline)|Stage (pipeline)|Closed on||Currency|||",
    ),
    SALESFORCE: (
        "Salesforce opportunities",
        "Opportunity ID|Created Date|Stage||Close Date|Amount|Amount Currency|Opportunity Owner|Lead Source|",
    ),
    BITRIX: (
        "Bitrix24 deals",
        "ID|Дата создания|Стадия сделки|Воронка|Дата завершения|Сумма|Валюта|Ответственный|Источник|",
    ),
    BITRIX_OLD: (
        "Bitrix24 deals",
        "ID|Дата создания|Стадия сделки|Направление|Предполагаемая дата закрытия|Сумма||||",
    ),
}
SEEN |= {
    prefixed(header): (reader, "|".join(f"Deal - {name}" if name else "" for name in columns.split("|")))
    for header, (reader, columns) in SEEN.items()
    if reader.startswith("Pipedrive")
}


@pytest.mark.parametrize("header", SEEN)
def test_each_column_of_a_whole_header_is_taken_for_what_it_is(header: str, tmp_path: Path) -> None:
    reader, columns = SEEN[header]
    quoted = ['"' + name.replace('"', '""') + '"' for name in header.split(";")]
    path = tmp_path / "deals.csv"
    path.write_text(";".join(quoted) + "\n" + ";" * (len(quoted) - 1) + "\n", encoding="utf-8")
    project = Project(root=tmp_path, site=Site(timezone=ZoneInfo("UTC")))
    (read,), mistakes = examine(project, Folder(None, (path,)))
    assert (read.reader, mistakes) == (reader, [])
    names = [name.strip() for name in header.split(";")]
    taken = {each.target: names[each.columns[0]] for each in read.part.taken if each.columns}
    assert [taken.get(f"deals.{column}", "") for column in _COLUMNS] == columns.split("|")
