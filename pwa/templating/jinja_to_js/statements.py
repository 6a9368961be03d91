"""Knows statements: what stands between {% and %}, and the text around them."""

from collections.abc import Callable, Sequence

from jinja2 import nodes

from pwa.templating.jinja_to_js.expressions import Expressions
from pwa.templating.jinja_to_js.known import GUARDS
from pwa.templating.jinja_to_js.place import literal


class Statements(Expressions):
    """Compiles statements to JavaScript that adds to `out`."""

    def body(self, statements: Sequence[nodes.Node]) -> str:
        """Statements one after the other."""
        return "\n".join(map(self.statement, statements))

    def statement(self, node: nodes.Node) -> str:
        """The JavaScript for any statement."""
        compiled = STATEMENTS.get(type(node))
        if compiled is None:
            raise self.refuse(node, f"{type(node).__name__} is not for the phone")
        return compiled(self, node)

    def _output(self, node: nodes.Output) -> str:
        parts = [
            literal(each.data) if isinstance(each, nodes.TemplateData) else self.printed(each)
            for each in node.nodes
        ]
        return f"out += {' + '.join(parts)};" if parts else ""

    def _if(self, node: nodes.If) -> str:
        branches = [
            f"if ({self.condition(each.test)}) {{\n{self.body(each.body)}\n}}" for each in [node, *node.elif_]
        ]
        otherwise = f" else {{\n{self.body(node.else_)}\n}}" if node.else_ else ""
        return " else ".join(branches) + otherwise

    def _for(self, node: nodes.For) -> str:
        if node.recursive:
            raise self.refuse(node, "a recursive loop is not for the phone; write a macro that calls itself")
        items, item, loop = self.fresh("items"), self.fresh("item"), self.fresh("loop")
        lines = [f"const {items} = {self._looped(node)};"]
        with self.scope_inside() as (scope, around):
            step = ""
            if _mentions(node.body, "loop"):
                lines.append(f"const {loop} = new r.Loop({items});")
                step = f"{scope}.loop = {loop}.step();\n"
            assigned = self.assign(node.target, item)
            lines.append(
                f"for (const {item} of {items}) {{\nconst {scope} = r.child({around});\n{step}{assigned}\n"
                f"{self.body(node.body)}\n}}"
            )
        if node.else_:
            lines.append(f"if (!{items}.length) {self._in_own_scope(node.else_)}")
        return "{\n" + "\n".join(lines) + "\n}"

    def _looped(self, node: nodes.For) -> str:
        """What the loop goes over, after its own `if`."""
        values = f"r.list({self.expression(node.iter)})"
        if node.test is None:
            return values
        each = self.fresh("each")
        with self.scope_inside() as (scope, around):
            kept = f"{self.assign(node.target, each)}\nreturn {self.condition(node.test)};"
            return f"{values}.filter(({each}) => {{\nconst {scope} = r.child({around});\n{kept}\n}})"

    def assign(self, target: nodes.Node, value: str) -> str:
        """Give a name in the present scope, or each of several, its value."""
        match target:
            case nodes.Name(name=name) if not name.startswith("_"):
                return f"{self.scope}.{name} = {value};"
            case nodes.NSRef(name=name, attr=attr):
                return f"r.setPart(r.get({self.scope}, {literal(name)}), {literal(attr)}, {value});"
            case nodes.Tuple(items=items):
                parts = self.fresh("parts")
                each = [self.assign(item, f"{parts}[{place}]") for place, item in enumerate(items)]
                return "\n".join([f"const {parts} = r.unpack({value}, {len(items)});", *each])
        raise self.refuse(target, "only names without a leading underscore can be set")

    def _set(self, node: nodes.Assign) -> str:
        return self.assign(node.target, self.expression(node.node))

    def _set_block(self, node: nodes.AssignBlock) -> str:
        value = f"r.safe({self._captured(node.body)})"
        return self.assign(
            node.target, value if node.filter is None else self.filter_chain(node.filter, value)
        )

    def _filter_block(self, node: nodes.FilterBlock) -> str:
        return f"out += r.print({self.filter_chain(node.filter, f'r.safe({self._captured(node.body)})')});"

    def _captured(self, statements: Sequence[nodes.Node]) -> str:
        with self.scope_inside() as (scope, around):
            return f'(({scope}) => {{\nlet out = "";\n{self.body(statements)}\nreturn out;\n}})(r.child({around}))'

    def _in_own_scope(self, statements: Sequence[nodes.Node], before: str = "") -> str:
        with self.scope_inside() as (scope, around):
            return f"{{\nconst {scope} = r.child({around});\n{before}{self.body(statements)}\n}}"

    def _with(self, node: nodes.With) -> str:
        values = [(self.fresh("value"), self.expression(value)) for value in node.values]
        made = "\n".join(f"const {name} = {value};" for name, value in values)
        with self.scope_inside() as (scope, around):
            given = "\n".join(
                self.assign(target, name) for target, (name, _) in zip(node.targets, values, strict=True)
            )
            return f"{{\n{made}\nconst {scope} = r.child({around});\n{given}\n{self.body(node.body)}\n}}"

    def _macro(self, node: nodes.Macro) -> str:
        return f"{self.scope}.{node.name} = {self._macro_function(node, node.name)};"

    def _macro_function(self, node: nodes.Macro | nodes.CallBlock, name: str) -> str:
        """A macro as r.macro(name, scope around, {parameter: its default or undefined}, body)."""
        with self.scope_inside() as (scope, around):
            without = len(node.args) - len(node.defaults)
            defaults = ["undefined"] * without + [
                f"({scope}) => {self.expression(each)}" for each in node.defaults
            ]
            parameters = [f"{arg.name}: {default}" for arg, default in zip(node.args, defaults, strict=True)]
            takes_caller = literal(_mentions(node.body, "caller"))
            return (
                f"r.macro({literal(name)}, {around}, {{{', '.join(parameters)}}}, {takes_caller}, "
                f'({scope}) => {{\nlet out = "";\n{self.body(node.body)}\nreturn out;\n}})'
            )

    def _call_block(self, node: nodes.CallBlock) -> str:
        caller = f"caller: {self._macro_function(node, 'caller')}"
        guard = node.call.node
        if isinstance(guard, nodes.Name) and guard.name in GUARDS:
            row, element = map(self.expression, node.call.args)
            return f"out += r.print(r.{guard.name}({self.scope}, {row}, {element}, {{{caller}}}));"
        return f"out += r.print({self.call_macro(node.call, node.call.kwargs, caller)});"

    def _block(self, node: nodes.Block) -> str:
        scope = self.scope if node.scoped else "page.top"
        return f"out += r.block(page, {literal(node.name)}, {scope}, 0);"

    def _include(self, node: nodes.Include) -> str:
        name = self.included(node)
        if name is None:
            return ""
        return f"out += r.include(page, {literal(name)}, {self._context(node)});"

    def included(self, node: nodes.Include) -> str | None:
        """Which template is included: the first that exists. It is decided here, not on the phone."""
        wanted = (
            node.template.items if isinstance(node.template, nodes.List | nodes.Tuple) else [node.template]
        )
        names = [self.template_name(each) for each in wanted]
        found = next((name for name in names if name in self.found), None)
        if found is None and not node.ignore_missing:
            raise self.refuse(node, f"there is no template {' or '.join(names)}")
        return found

    def template_name(self, node: nodes.Expr) -> str:
        """The template that is extended, included or imported: a plain string, so that it is compiled too."""
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            return node.value
        raise self.refuse(node, "a template must be named by a plain string")

    def _import(self, node: nodes.Import) -> str:
        return f"{self.scope}.{node.target} = {self._module(node)};"

    def _from_import(self, node: nodes.FromImport) -> str:
        module = self.fresh("module")
        pairs = [(each, each) if isinstance(each, str) else each for each in node.names]
        taken = [f"{self.scope}.{alias} = r.attr({module}, {literal(name)});" for name, alias in pairs]
        return "\n".join([f"const {module} = {self._module(node)};", *taken])

    def _module(self, node: nodes.Import | nodes.FromImport) -> str:
        return f"r.module(page, {literal(self.template_name(node.template))}, {self._context(node)})"

    def _context(self, node: nodes.Include | nodes.Import | nodes.FromImport) -> str:
        return self.scope if node.with_context else "r.nothing"


def _mentions(statements: Sequence[nodes.Node], name: str) -> bool:
    return any(each.name == name for node in statements for each in node.find_all(nodes.Name)) or any(
        isinstance(node, nodes.Name) and node.name == name for node in statements
    )


STATEMENTS: dict[type[nodes.Node], Callable[..., str]] = {
    nodes.Output: Statements._output,
    nodes.If: Statements._if,
    nodes.For: Statements._for,
    nodes.Assign: Statements._set,
    nodes.AssignBlock: Statements._set_block,
    nodes.FilterBlock: Statements._filter_block,
    nodes.With: Statements._with,
    nodes.Macro: Statements._macro,
    nodes.CallBlock: Statements._call_block,
    nodes.Block: Statements._block,
    nodes.Include: Statements._include,
    nodes.Import: Statements._import,
    nodes.FromImport: Statements._from_import,
}
