"""Knows a whole template: its root, its blocks, and what it extends, includes and imports."""

from collections.abc import Iterator, Sequence

from jinja2 import nodes

from pwa.templating.jinja_to_js.place import literal
from pwa.templating.jinja_to_js.statements import Statements

# What a template that extends another may hold beside its blocks: it is run, and prints nothing.
SILENT = (nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.Import, nodes.FromImport)


class Template(Statements):
    """Compiles one template to `{root(page, s0), blocks: {name(page, s0, level)}}`."""

    def __init__(self, template: str, tree: nodes.Template, found: frozenset[str]):
        macros = {node.name for node in tree.find_all(nodes.Macro)} | {"caller"}
        imported = {
            name if isinstance(name, str) else name[1]
            for node in tree.find_all(nodes.FromImport)
            for name in node.names
        }
        modules = {node.target for node in tree.find_all(nodes.Import)}
        super().__init__(template, found, frozenset(macros | imported), frozenset(modules))
        self.tree = tree

    def compiled(self) -> str:
        """The template as a JavaScript object."""
        blocks = list(self.tree.find_all(nodes.Block))
        return f"{{\n{self._root()},\nblocks: {{\n{''.join(map(self._block_function, blocks))}}}\n}}"

    def _root(self) -> str:
        extends = next(self.tree.find_all(nodes.Extends), None)
        if extends is None:
            return f'root(page, s0) {{\nlet out = "";\n{self.body(self.tree.body)}\nreturn out;\n}}'
        before, after = self._split(extends)
        parent = f"return out + r.parent(page, {literal(self.template_name(extends.template))});"
        return f'root(page, s0) {{\nlet out = "";\n{self.body([*before, *after])}\n{parent}\n}}'

    def _split(self, extends: nodes.Extends) -> tuple[Sequence[nodes.Node], Sequence[nodes.Node]]:
        """What is done before and after `extends`. Text after it would be seen by nobody, so it is refused."""
        if extends not in self.tree.body:
            raise self.refuse(extends, "extends stands first in a template, not inside something")
        place = self.tree.body.index(extends)
        after: list[nodes.Node] = []
        for node in self.tree.body[place + 1 :]:
            if isinstance(node, SILENT):
                after.append(node)
            elif not isinstance(node, nodes.Block) and not _is_blank(node):
                raise self.refuse(node, "this stands outside every block, so nobody would see it")
        return self.tree.body[:place], after

    def _block_function(self, node: nodes.Block) -> str:
        if node.required:
            raise self.refuse(node, "a required block is not for the phone")
        self.block = node.name
        with self.scope_inside() as (scope, _):
            body = self.body(node.body)
        self.block = None
        return (
            f"{literal(node.name)}(page, s0, level) {{\n"
            f'let out = "";\nconst {scope} = r.child(s0);\n{body}\nreturn out;\n}},\n'
        )

    def needed(self) -> Iterator[str]:
        """The templates without which this one cannot be shown."""
        named = (nodes.Extends, nodes.Import, nodes.FromImport)
        for node in (each for each in self.tree.find_all(named) if isinstance(each, named)):
            name = self.template_name(node.template)
            if name not in self.found:
                raise self.refuse(node, f"there is no template {name}")
            yield name
        for included in self.tree.find_all(nodes.Include):
            if name_included := self.included(included):
                yield name_included


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(each, nodes.TemplateData) and not each.data.strip() for each in node.nodes
    )
