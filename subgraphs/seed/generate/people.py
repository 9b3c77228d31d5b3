"""Patients: ages by the pyramid of IBGE, names of Brazil, and registrations with human faults."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from faker import Faker

from subgraphs.patients.domain.contacts import Address, Contact
from subgraphs.patients.domain.documents import completed_cpf
from subgraphs.patients.domain.names import sort_key
from subgraphs.patients.domain.patient import Demographics, PatientStatus, Sex
from subgraphs.seed.draw import Permutation, chance, pick, seeded_id
from subgraphs.seed.generate.places import CITIES, City
from subgraphs.seed.plan import SeedPlan

# Brazilians in each five years of age, in per cent (IBGE, Censo 2022, rounded).
_PYRAMID = tuple(
    enumerate(
        (6.2, 6.7, 6.7, 7.1, 7.6, 7.7, 7.8, 8.0, 7.9, 6.8, 6.3, 5.7, 4.9, 3.9, 2.9, 1.9, 1.2, 0.7)
    )
)
_WITHOUT_CPF = 0.02
_NEAR_DUPLICATES = 0.03
_MERGED_DUPLICATES = 0.10
_SOCIAL_NAMES = 0.01
_WITH_EMAIL = 0.6
_STATUSES = (
    (PatientStatus.ACTIVE, 96.5),
    (PatientStatus.INACTIVE, 2.5),
    (PatientStatus.DECEASED, 1.0),
)
ADULT = timedelta(days=6575)


@dataclass(frozen=True, slots=True)
class Person:
    """A registration. ``duplicate_of`` is the truth about a near-duplicate, to test merging by."""

    id: str
    number: int
    clinic: int
    demographics: Demographics
    status: PatientStatus
    registered_at: datetime
    deceased_on: date | None = None
    merged_into: str | None = None
    duplicate_of: str | None = None

    @property
    def can_visit(self) -> bool:
        """Whether visits are generated for this registration."""
        return self.status is PatientStatus.ACTIVE


class PeopleGenerator:
    """Draws one registration after the other."""

    def __init__(self, plan: SeedPlan) -> None:
        self._plan = plan
        self._random = chance(plan.seed, "people")
        self._cpfs = _cpfs(plan.seed)
        self._phones = Permutation(plan.seed, "phones", 30_000_000)
        self._faker = Faker("pt_BR", use_weighting=False)
        self._faker.seed_instance(plan.seed)

    def people(self) -> list[Person]:
        """All registrations of the plan."""
        people: list[Person] = []
        originals: list[Person] = []
        for number in range(self._plan.size.patients):
            if originals and self._random.random() < _NEAR_DUPLICATES:
                people.append(self._near_duplicate(number, originals))
            else:
                people.append(self._original(number))
                originals.append(people[-1])
        return people

    def _original(self, number: int) -> Person:
        random, plan = self._random, self._plan
        registered_at = plan.now - timedelta(days=1200) * (0.3 + 0.7 * random.random())
        clinic = random.randrange(plan.size.clinics)
        birth_date = self._birth_date(registered_at.date())
        status = pick(random, _STATUSES)
        deceased_on = None
        if status is PatientStatus.DECEASED:
            deceased_on = plan.reference_date - timedelta(days=random.randrange(1, 300))
        return Person(
            id=seeded_id(plan.seed, "patient", number, registered_at),
            number=number,
            clinic=clinic,
            demographics=self._demographics(number, birth_date, CITIES[clinic]),
            status=status,
            registered_at=registered_at,
            deceased_on=deceased_on,
        )

    def _birth_date(self, before: date) -> date:
        fives = pick(self._random, _PYRAMID)
        return before - timedelta(days=int((fives * 5 + 5 * self._random.random()) * 365.25) + 1)

    def _demographics(self, number: int, birth_date: date, city: City) -> Demographics:
        random = self._random
        sex = Sex.FEMALE if random.random() < 0.515 else Sex.MALE
        family = [self._faker.last_name(), self._faker.last_name()]
        name = " ".join([self._first_name(sex), *family])
        mother = " ".join([self._first_name(Sex.FEMALE), family[0]])
        phone = self._phone(number, city)
        return Demographics(
            legal_name=name,
            birth_date=birth_date,
            sex=sex,
            social_name=self._social_name(sex, family),
            mother_name=mother,
            cpf=None if random.random() < _WITHOUT_CPF else next(self._cpfs),
            phone=phone,
            email=self._email(name, number),
            address=self._address(city),
            contacts=self._contacts(birth_date, mother, phone),
        )

    def _first_name(self, sex: Sex) -> str:
        # Not name(): one in six comes with a title, Sr. or Dra.
        female = sex is Sex.FEMALE
        return self._faker.first_name_female() if female else self._faker.first_name_male()

    def _social_name(self, sex: Sex, family: list[str]) -> str | None:
        if self._random.random() >= _SOCIAL_NAMES:
            return None
        return " ".join([self._first_name(Sex.MALE if sex is Sex.FEMALE else Sex.FEMALE), *family])

    def _phone(self, number: int, city: City) -> str:
        return f"+55{city.area_code}9{70_000_000 + self._phones[number]:08d}"

    def _email(self, name: str, number: int) -> str | None:
        if self._random.random() >= _WITH_EMAIL:
            return None
        words = sort_key(name).split()
        return f"{words[0]}.{words[-1]}{number}@exemplo.com.br"

    def _address(self, city: City) -> Address:
        random = self._random
        return Address(
            street=self._faker.street_name(),
            number=str(random.randrange(1, 3000)),
            complement=f"Apto {random.randrange(1, 200)}" if random.random() < 0.4 else None,
            district=random.choice(city.districts),
            city=city.name,
            state=city.state,
            postal_code=f"{city.postal_prefix}{random.randrange(1_000_000):06d}",
        )

    def _contacts(self, birth_date: date, mother: str, phone: str) -> tuple[Contact, ...]:
        if birth_date + ADULT > self._plan.reference_date:
            return (Contact(mother, "mãe", phone, responsible=True),)
        return ()

    def _near_duplicate(self, number: int, originals: list[Person]) -> Person:
        """The same person registered once more, without CPF and with a fault in name or date."""
        random, plan = self._random, self._plan
        original = random.choice(originals)
        registered_at = original.registered_at + timedelta(days=random.randrange(1, 200))
        merged = random.random() < _MERGED_DUPLICATES and original.can_visit
        return Person(
            id=seeded_id(plan.seed, "patient", number, registered_at),
            number=number,
            clinic=original.clinic,
            demographics=replace(_mistaken(original.demographics, random), cpf=None, contacts=()),
            status=PatientStatus.MERGED if merged else PatientStatus.ACTIVE,
            registered_at=registered_at,
            merged_into=original.id if merged else None,
            duplicate_of=original.id,
        )


def _mistaken(known: Demographics, random: Random) -> Demographics:
    mistakes = (_typing_error, _transposed_birth_date, _maiden_name)
    return random.choice(mistakes)(known, random)


def _typing_error(known: Demographics, random: Random) -> Demographics:
    name = known.legal_name
    place = random.randrange(1, len(name) - 2)
    swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return replace(known, legal_name=" ".join(swapped.split()))


def _transposed_birth_date(known: Demographics, random: Random) -> Demographics:
    born = known.birth_date
    if born is None or born.day > 12:
        return _typing_error(known, random)
    return replace(known, birth_date=date(born.year, born.day, born.month))


def _maiden_name(known: Demographics, _random: Random) -> Demographics:
    return replace(known, legal_name=known.legal_name.rsplit(" ", 1)[0])


def _cpfs(seed: int) -> Iterator[str]:
    """Valid CPFs, each once. They are made up; one may still belong to somebody."""
    bases = Permutation(seed, "cpf", 1_000_000_000)
    number = 0
    while True:
        cpf = completed_cpf(f"{bases[number]:09d}")
        if len(set(cpf)) > 1:
            yield cpf
        number += 1
