"""What only one may do at a time: see `tree`, which few scripts need."""

from __future__ import annotations

from threading import RLock

# held while `libcst` is not as others know it; and by who asks for classes of nodes in a thread beside
as_it_is = RLock()
