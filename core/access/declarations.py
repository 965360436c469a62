"""What every address declares: its resource, the action, the spaces it is open to, and whether a second factor is asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from core.access.actors import Space

V = TypeVar("V", bound=Callable[..., Any])

ATTRIBUTE = "access_spec"
# Spaces in which a second factor is asked unless the declaration says otherwise.
STRONG_SPACES = frozenset({Space.PRACTICE, Space.PLATFORM, Space.BILLING})


@dataclass(frozen=True, slots=True)
class Spec:
    """One declaration. `second_factor` None means: where the space is one of `STRONG_SPACES`.

    `costly`: reading it costs enough to be counted by network address (`core.reading`).
    `methods` are the only HTTP methods that reach the view, for views of libraries that break on others.
    """

    resource: str
    actions: Mapping[str, str] | str = "read"
    spaces: frozenset[Space] = frozenset(Space)
    second_factor: bool | None = None
    public: bool = False
    reason: str = ""
    methods: frozenset[str] | None = None
    costly: bool = False

    def admits_method(self, method: str) -> bool:
        if self.methods is not None:
            return method in self.methods
        return self.public or self.action_for(method) is not None

    def action_for(self, method: str) -> str | None:
        """The action of an HTTP method; None when the declaration leaves that method out. OPTIONS acts on nothing."""
        if isinstance(self.actions, str):
            return self.actions
        if method == "OPTIONS":
            return "options"
        return self.actions.get("GET" if method == "HEAD" else method)

    def asks_second_factor(self, space: Space | None) -> bool:
        return space in STRONG_SPACES if self.second_factor is None else self.second_factor

    @property
    def action_names(self) -> frozenset[str]:
        return frozenset([self.actions] if isinstance(self.actions, str) else self.actions.values())


class Access:
    """The decorator `access`. It marks a function view, a class-based view or a DRF view class with its `Spec`.

    A declaration is not inherited: a view class made from another declares its own.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Spec] = {}

    def __call__(
        self,
        *,
        resource: str,
        action: str | Mapping[str, str] = "read",
        spaces: Iterable[Space] = tuple(Space),
        second_factor: bool | None = None,
    ) -> Callable[[V], V]:
        """Open to signed-in people acting in one of `spaces`.

        `action` is one name, or one per HTTP method (other methods are then refused with 405). `second_factor` is asked
        by default where somebody works: in every space but the patient's.
        """
        return _marker(self.spec(resource=resource, action=action, spaces=spaces, second_factor=second_factor))

    def public(self, *, reason: str, costly: bool = False) -> Callable[[V], V]:
        """Open to everybody, signed in or not, in any space; `reason` says why."""
        return _marker(self.public_spec(reason, costly=costly))

    def spec(
        self,
        *,
        resource: str,
        action: str | Mapping[str, str] = "read",
        spaces: Iterable[Space] = tuple(Space),
        second_factor: bool | None = None,
    ) -> Spec:
        admitted = frozenset(spaces)
        if not resource or not action or not admitted:
            raise ValueError("A declaration names a resource, an action and at least one space")
        actions = action if isinstance(action, str) else dict(action)
        return Spec(resource=resource, actions=actions, spaces=admitted, second_factor=second_factor)

    def public_spec(self, reason: str, *, methods: Iterable[str] | None = None, costly: bool = False) -> Spec:
        if not reason.strip():
            raise ValueError("A public address says why it is public")
        admitted = frozenset(methods) if methods is not None else None
        return Spec(resource="", public=True, second_factor=False, reason=reason, methods=admitted, costly=costly)

    def declare_by_name(self, specs: Mapping[str, Spec]) -> None:
        """Declares addresses of other libraries by their URL name (`account_login`, `namespace:name`)."""
        for name, spec in specs.items():
            if self._by_name.setdefault(name, spec) != spec:
                raise ValueError(f"Two declarations for the address {name}")

    def declared_names(self) -> frozenset[str]:
        return frozenset(self._by_name)

    def spec_of(self, callback: Callable[..., Any], view_name: str | None) -> Spec | None:
        """The declaration of an address: on the callback, on its view class, or by name; None when there is none."""
        marked = vars(callback).get(ATTRIBUTE) if hasattr(callback, "__dict__") else None
        if marked is None:
            view_class = view_class_of(callback)
            marked = vars(view_class).get(ATTRIBUTE) if view_class is not None else None
        if marked is None and view_name:
            marked = self._by_name.get(view_name)
        return marked if isinstance(marked, Spec) else None


def view_class_of(callback: Callable[..., Any]) -> type | None:
    """The class behind `as_view()`, of Django or of DRF."""
    found = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    return found if isinstance(found, type) else None


def has_handler(view_class: type, method: str) -> bool:
    """Whether a class-based view does anything with this HTTP method."""
    return hasattr(view_class, method.lower()) or (method == "HEAD" and hasattr(view_class, "get"))


def _marker(spec: Spec) -> Callable[[V], V]:
    def mark(view: V) -> V:
        setattr(view, ATTRIBUTE, spec)
        return view

    return mark


access = Access()
