"""The network: clinics, practitioners, what they offer and when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from faker import Faker
from stdnum.br import cnpj

from subgraphs.patients.domain.patient import Sex
from subgraphs.seed.draw import Permutation, chance, seeded_id
from subgraphs.seed.generate.places import CITIES, City
from subgraphs.seed.plan import SeedPlan

OPENINGS = ((time(8), time(12)), (time(13), time(17)))
VISIT = timedelta(minutes=30)
CONSULTATION = "10101012"


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that can be booked."""

    id: str
    name: str
    tuss_code: str


@dataclass(frozen=True, slots=True)
class Specialty:
    """What a practitioner does: occupation (CBO 2002), and the problems that are brought along."""

    name: str
    council: str
    cbo: str
    service: str
    tuss_code: str
    cids: tuple[str, ...]
    ages: tuple[int, int] = (14, 200)
    sex: Sex | None = None

    def is_for(self, birth_date: date | None, sex: Sex, today: date) -> bool:
        """Whether such a person comes to this specialty."""
        if birth_date is None:
            return False
        years = (today - birth_date).days // 365
        return self.ages[0] <= years < self.ages[1] and self.sex in (None, sex)


SPECIALTIES = (
    Specialty(
        "Clínica médica",
        "CRM",
        "225125",
        "Consulta em clínica médica",
        CONSULTATION,
        ("I10", "E11.9", "J06.9", "E78.2", "R51", "E66.9"),
    ),
    Specialty(
        "Cardiologia",
        "CRM",
        "225120",
        "Consulta em cardiologia",
        CONSULTATION,
        ("I10", "I48", "I25.1", "I50.9", "E78.0"),
    ),
    Specialty(
        "Pediatria",
        "CRM",
        "225124",
        "Consulta em pediatria",
        CONSULTATION,
        ("J06.9", "A09", "B08.4", "J45.9", "H66.9"),
        ages=(0, 18),
    ),
    Specialty(
        "Ginecologia e obstetrícia",
        "CRM",
        "225250",
        "Consulta em ginecologia",
        CONSULTATION,
        ("B37.3", "D25.9", "E28.2", "N92.0"),
        sex=Sex.FEMALE,
    ),
    Specialty(
        "Psicologia",
        "CRP",
        "251510",
        "Sessão de psicoterapia",
        "50000470",
        ("F41.1", "F32.0", "F41.2", "F33.1"),
    ),
    Specialty(
        "Dermatologia",
        "CRM",
        "225135",
        "Consulta em dermatologia",
        CONSULTATION,
        ("B35.1", "D22.9", "B07", "L70.0"),
        ages=(2, 200),
    ),
    Specialty(
        "Nutrição",
        "CRN",
        "223710",
        "Consulta com nutricionista",
        "50000560",
        ("E66.9", "E11.9", "E78.0", "E78.2"),
    ),
)
TELEHEALTH = ("Teleconsulta", CONSULTATION)


@dataclass(frozen=True, slots=True)
class Clinic:
    """A unit of the network."""

    id: str
    number: int
    name: str
    cnes: str
    cnpj: str
    city: City

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its clock."""
        return ZoneInfo(self.city.time_zone)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A professional, who works at one clinic."""

    id: str
    name: str
    clinic: Clinic
    specialty: Specialty
    council_number: str
    rqe: str | None
    return_window_days: int | None
    offer: Offer
    weekdays: tuple[int, ...]

    @property
    def council(self) -> str:
        """The registration as a document prints it."""
        return f"{self.specialty.council} {self.council_number}/{self.clinic.city.state}"


@dataclass(frozen=True, slots=True)
class Network:
    """All of it."""

    clinics: tuple[Clinic, ...]
    practitioners: tuple[Practitioner, ...]
    offers: tuple[Offer, ...]
    opened_at: datetime

    @property
    def telehealth(self) -> Offer:
        """The service of a visit by video."""
        return self.offers[-1]


def build_network(plan: SeedPlan) -> Network:
    """The network of a plan."""
    opened_at = plan.now - timedelta(days=2000)
    names = [(specialty.service, specialty.tuss_code) for specialty in SPECIALTIES]
    offers = tuple(
        Offer(seeded_id(plan.seed, "service", number, opened_at), name, tuss_code)
        for number, (name, tuss_code) in enumerate([*names, TELEHEALTH])
    )
    clinics = tuple(_clinic(plan, number, opened_at) for number in range(plan.size.clinics))
    return Network(clinics, _practitioners(plan, clinics, offers, opened_at), offers, opened_at)


def _clinic(plan: SeedPlan, number: int, opened_at: datetime) -> Clinic:
    city = CITIES[number]
    base = f"{12_345_000 + number:08d}0001"
    cnes = 2_000_000 + Permutation(plan.seed, "cnes", 7_000_000)[number]
    return Clinic(
        id=seeded_id(plan.seed, "clinic", number, opened_at),
        number=number,
        name=f"Vida+ Saúde {city.name}",
        cnes=f"{cnes:07d}",
        cnpj=base + cnpj.calc_check_digits(base),
        city=city,
    )


def _practitioners(
    plan: SeedPlan, clinics: tuple[Clinic, ...], offers: tuple[Offer, ...], opened_at: datetime
) -> tuple[Practitioner, ...]:
    random = chance(plan.seed, "practitioners")
    faker = Faker("pt_BR", use_weighting=False)
    faker.seed_instance(plan.seed + 1)
    numbers = Permutation(plan.seed, "council", 200_000)
    made = []
    for number in range(plan.size.practitioners):
        female = random.random() < 0.55
        first = faker.first_name_female() if female else faker.first_name_male()
        place = number // len(clinics) % len(SPECIALTIES)
        specialty = SPECIALTIES[place]
        physician = specialty.council == "CRM"
        made.append(
            Practitioner(
                id=seeded_id(plan.seed, "practitioner", number, opened_at),
                name=f"{first} {faker.last_name()} {faker.last_name()}",
                clinic=clinics[number % len(clinics)],
                specialty=specialty,
                council_number=str(50_000 + numbers[number]),
                rqe=str(random.randrange(10_000, 90_000)) if physician else None,
                return_window_days=random.choice((15, 20, 30)) if physician else None,
                offer=offers[place],
                weekdays=_weekdays(number),
            )
        )
    return tuple(made)


def _weekdays(number: int) -> tuple[int, ...]:
    """Two in three work the whole week, the others four days."""
    return (1, 2, 3, 4, 5) if number % 3 else (1, 2, 4, 5)


def holidays_of(city: City, first: date, last: date) -> dict[date, str]:
    """The public holidays of a city's state between two days, both included."""
    years = range(first.year, last.year + 1)
    days = holidays.country_holidays("BR", subdiv=city.state, years=years)
    return {day: str(days[day]) for day in sorted(days) if first <= day <= last}
