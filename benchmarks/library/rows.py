"""The library's rows: all that the subgraphs can answer with, and how to find one by its key."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

WORDS = ("paper", "ink", "margin", "spine", "shelf", "reader", "chapter", "letter", "quiet")


def _sentence(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + i * i * 3 + i) % len(WORDS)] for i in range(words))


USERS: list[Row] = [
    {
        "__typename": "User",
        "id": f"u{n}",
        "name": f"Reader {n}",
        "email": f"reader{n}@library.example",
        "birthYear": 1960 + n,
    }
    for n in range(6)
]
BOOKS: list[Row] = [
    {
        "__typename": "Book",
        "isbn": f"978-{n:04}",
        "title": _sentence(n, 9).title(),
        "pages": 90 + 37 * n,
        "price": 20 + 11 * n,
        "inStock": n % 3 != 0,
        "shippingEstimate": (90 + 37 * n) // 10 + (20 + 11 * n) // 4,
    }
    for n in range(9)
]
REVIEWS: list[Row] = [
    {
        "__typename": "Review",
        "id": f"r{n}",
        "body": _sentence(n, 30).capitalize() + ".",
        "author": USERS[n % 6],
        "book": BOOKS[(n * 5 + n // 6) % 9],
    }
    for n in range(17)
]
for user in USERS:
    user["reviews"] = [review for review in REVIEWS if review["author"] is user]
for book in BOOKS:
    book["reviews"] = [review for review in REVIEWS if review["book"] is book]

ENTITIES = {
    **{("User", user["id"]): user for user in USERS},
    **{("Book", book["isbn"]): book for book in BOOKS},
    **{("Review", review["id"]): review for review in REVIEWS},
}
ROOTS = {
    "me": lambda: USERS[0],
    "users": lambda: USERS,
    "topBooks": lambda first=5: BOOKS[:first],
}


def entity(representation: Row) -> Row | None:
    """Find the row that a representation stands for."""
    key = representation.get("id") or representation.get("isbn")
    return ENTITIES.get((representation["__typename"], str(key)))
