"""Where the clinics are: cities with their time zone, area code and beginnings of postal codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """A city with a clinic."""

    name: str
    state: str
    time_zone: str
    area_code: str
    postal_prefix: str
    districts: tuple[str, ...]


CITIES = (
    City(
        "São Paulo",
        "SP",
        "America/Sao_Paulo",
        "11",
        "01",
        ("Bela Vista", "Consolação", "Liberdade", "Vila Mariana", "Pinheiros"),
    ),
    City(
        "Manaus",
        "AM",
        "America/Manaus",
        "92",
        "69",
        ("Centro", "Adrianópolis", "Flores", "Aleixo", "Cidade Nova"),
    ),
    City(
        "Belo Horizonte",
        "MG",
        "America/Sao_Paulo",
        "31",
        "30",
        ("Savassi", "Funcionários", "Santa Efigênia", "Floresta", "Lourdes"),
    ),
    City(
        "Rio Branco",
        "AC",
        "America/Rio_Branco",
        "68",
        "69",
        ("Bosque", "Centro", "Estação Experimental", "Cadeia Velha"),
    ),
    City(
        "Curitiba",
        "PR",
        "America/Sao_Paulo",
        "41",
        "80",
        ("Batel", "Água Verde", "Rebouças", "Centro Cívico", "Portão"),
    ),
)
"""In this order: three of five in the zone of São Paulo."""
