"""The systems whose exports can be read."""

from __future__ import annotations

from memberships.importing import ghost, memberful, substack, woocommerce
from memberships.importing.incoming import Export
from memberships.models import MovingIn

EXPORTS: dict[str, Export] = {
    MovingIn.Source.GHOST: ghost.EXPORT,
    MovingIn.Source.WOOCOMMERCE: woocommerce.EXPORT,
    MovingIn.Source.SUBSTACK: substack.EXPORT,
    MovingIn.Source.MEMBERFUL: memberful.EXPORT,
}
