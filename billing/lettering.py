"""Which lines of a payer's account settle each other: pure. Rows and the links between them in, groups of sum nil out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def settled_groups(cents: Mapping[Node, int], links: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """The groups of linked rows whose cents (debit positive) sum to nothing, each in the order of `cents`.

    A row linked to one that is not there is left out with its whole group: what is missing may still move.
    """
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for left, right in links:
        parent[root(left)] = root(right)
    groups: dict[Node, list[Node]] = defaultdict(list)
    for node in cents:
        groups[root(node)].append(node)
    absent = {root(node) for node in list(parent) if node not in cents}
    return [
        nodes
        for top, nodes in groups.items()
        if len(nodes) > 1 and top not in absent and sum(cents[node] for node in nodes) == 0
    ]


def letter_of(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA, as spreadsheets name columns."""
    if number < 1:
        raise ValueError("Letters begin at one")
    word = ""
    while number:
        number, rest = divmod(number - 1, 26)
        word = chr(ord("A") + rest) + word
    return word


def number_of(letter: str) -> int:
    """The way back."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - ord("A") + 1
    return number
