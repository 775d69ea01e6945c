"""Rules about imports that import-linter does not bring along; which modules they bind stands in .importlinter."""

from typing import ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OwnRoomContract(Contract):
    """A module of this name serves its own room: nobody in another room imports it, not even entry."""

    type_name: ClassVar[str] = "own_room"

    module_name = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        """Every direct import of `<package>.<room>...<module_name>` from outside that room is a fault."""
        faults = [
            (importer, module)
            for module in sorted(graph.modules)
            if self.module_name in module.split(".")[2:]
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if _room(importer) != _room(module)
        ]
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each fault."""
        for importer, module in check.metadata["faults"]:
            output.print_error(f"- {importer} imports {module}: ask the service of that room instead", bold=False)


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])
