"""One request to patients."""

from functools import cached_property

import strawberry

from subgraphs.kit.context import Context
from subgraphs.patients.types.loaders import Loaders


class PatientsContext(Context):
    """The kit's context with the loaders of patients."""

    @cached_property
    def loaders(self) -> Loaders:
        """The DataLoaders of this request."""
        return Loaders(self.database)


Info = strawberry.Info[PatientsContext, None]
