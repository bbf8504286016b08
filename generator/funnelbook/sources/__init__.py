"""Files of any CRM become canonical tables; every physical row is accounted for."""
