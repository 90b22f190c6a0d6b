"""From the parser's tree to the nodes of a filter, each comparison checked against its field."""

from __future__ import annotations

from lark import Token, Tree

from solver.filters.language.errors import Place, quoted
from solver.filters.language.fields import FieldRef, Kind, Side
from solver.filters.language.kinds import common_view, fit_literal
from solver.filters.language.naming import resolve, spell
from solver.filters.language.tree import (
    About,
    Always,
    And,
    Blank,
    Compare,
    CompareFields,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Top,
)
from solver.filters.language.values import read_fraction, read_number, read_span

_SIGNS = {"=": Op.EQ, "==": Op.EQ, "!=": Op.EQ, "<>": Op.EQ, "<": Op.LT, "<=": Op.LE, ">": Op.GT,
          ">=": Op.GE}
_TESTS = {"contains": Op.CONTAINS, "starts": Op.STARTS, "ends": Op.ENDS, "has": Op.HAS}
_WORTH = FieldRef(Side.LEAD, "worth")


class Builder:
    """Builds the nodes of one filter.

    Parameters
    ----------
    text
        The filter, for messages.
    about
        The record that a bare name is about.
    with_leads
        Whether a filter of reps may name fields of the lead.
    """

    def __init__(self, text: str, about: About, with_leads: bool) -> None:
        self._text, self._about, self._with_leads = text, about, with_leads
        self._makers = {
            "start": self._only, "disjunction": self._any, "conjunction": self._all,
            "negated": self._negated, "always": self._always, "top_worth": self._top_worth,
            "flagged": self._flagged, "compared": self._compared, "one_of": self._one_of,
            "in_field": self._in_field, "in_top": self._in_top, "tested": self._tested,
            "between": self._between, "blank": self._blank, "is_flag": self._is_flag,
        }

    def build(self, tree: Tree[Token]) -> Node:
        """Return the node of a parser's tree.

        Raises
        ------
        FilterError
            If a comparison makes no sense for its field.
        """
        return self._makers[str(tree.data)](tree)

    def _only(self, tree: Tree[Token]) -> Node:
        return self.build(_trees(tree)[0])

    def _any(self, tree: Tree[Token]) -> Node:
        parts = [self.build(child) for child in _trees(tree)]
        return Or(tuple(one for part in parts
                        for one in (part.parts if isinstance(part, Or) else (part,))))

    def _all(self, tree: Tree[Token]) -> Node:
        parts = [self.build(child) for child in _trees(tree)]
        return And(tuple(one for part in parts
                         for one in (part.parts if isinstance(part, And) else (part,))))

    def _negated(self, tree: Tree[Token]) -> Node:
        return _not(self._only(tree))

    def _always(self, tree: Tree[Token]) -> Node:
        return Always(_is_true(_tokens(tree)[0]))

    def _flagged(self, tree: Tree[Token]) -> Node:
        ref = self._field(_trees(tree)[0])
        if ref.kind not in (Kind.FLAG, Kind.ATTRIBUTE):
            raise self._place(tree).error(f"{spell(ref)} stands alone; only a flag does",
                                          f"{spell(ref)} is not blank")
        return Compare(ref, Op.EQ, (True,))

    def _is_flag(self, tree: Tree[Token]) -> Node:
        field, tokens = _trees(tree)[0], _tokens(tree)
        flag = _is_true(tokens[-1])
        ref = self._field(field)
        fit_literal(ref, Op.EQ, flag, self._place(tokens[-1]))
        return _maybe_not(Compare(ref, Op.EQ, (flag,)), len(tokens) > 1)

    def _compared(self, tree: Tree[Token]) -> Node:
        left, operand = _trees(tree)
        sign = str(_tokens(tree)[0])
        op, negated = _SIGNS[sign], sign in ("!=", "<>")
        if operand.data == "literal":
            return _maybe_not(self._compare(left, op, [operand]), negated)
        return _maybe_not(self._compare_fields(left, op, operand), negated)

    def _one_of(self, tree: Tree[Token]) -> Node:
        field, values = _trees(tree)
        return _maybe_not(self._compare(field, Op.EQ, _trees(values)), bool(_tokens(tree)))

    def _in_field(self, tree: Tree[Token]) -> Node:
        left, right = _trees(tree)
        return _maybe_not(self._compare_fields(left, Op.EQ, right), bool(_tokens(tree)))

    def _tested(self, tree: Tree[Token]) -> Node:
        field, test, values = _trees(tree)
        op = _TESTS[str(_tokens(test)[0]).casefold()]
        literals = _trees(values) if values.data == "list" else [values]
        return _maybe_not(self._compare(field, op, literals), bool(_tokens(tree)))

    def _between(self, tree: Tree[Token]) -> Node:
        field, low, high = _trees(tree)
        both = And((self._compare(field, Op.GE, [low]), self._compare(field, Op.LE, [high])))
        return _maybe_not(both, bool(_tokens(tree)))

    def _blank(self, tree: Tree[Token]) -> Node:
        ref = self._field(_trees(tree)[0])
        if ref.part is not None:
            skill = spell(FieldRef(ref.side, ref.name), self._about)
            raise self._place(tree).error(
                f"{spell(ref, self._about)} is never blank: what is not there counts as 0",
                f'{skill} {"=" if _tokens(tree) else "!="} "{ref.part}"')
        return _maybe_not(Blank(ref), bool(_tokens(tree)))

    def _top_worth(self, tree: Tree[Token]) -> Node:
        if self._about is About.REP:
            raise self._place(tree).error("top is about leads", "lead.worth in top 10 %")
        return self._top(_WORTH, _trees(tree)[0])

    def _in_top(self, tree: Tree[Token]) -> Node:
        field, amount = _trees(tree)
        ref = self._field(field)
        if ref.side is Side.REP or ref.kind not in (Kind.NUMBER, Kind.ATTRIBUTE):
            raise self._place(field).error(f"{spell(ref)} has no top; top ranks the leads of the "
                                           "window by a number of theirs")
        return _maybe_not(self._top(ref, amount), bool(_tokens(tree)))

    def _top(self, ref: FieldRef, tree: Tree[Token]) -> Node:
        token = _tokens(tree)[0]
        amount, is_share = read_fraction(str(token).casefold()), str(token).endswith("%")
        if amount is None or amount <= 0 or (amount > 1 if is_share else amount.denominator != 1):
            raise self._place(token).error("top takes a share above 0 % and up to 100 %, or a "
                                           "whole number of leads", "top 10 %")
        return Top(ref, amount, is_share)

    def _compare(self, field: Tree[Token], op: Op, literals: list[Tree[Token]]) -> Node:
        ref = self._field(field)
        fitted = [self._fitted(ref, op, _tokens(literal)[0]) for literal in literals]
        # True equals 1, but says something else of a text.
        return Compare(ref, op, tuple({(type(one), one): one for one in fitted}.values()))

    def _fitted(self, ref: FieldRef, op: Op, token: Token) -> Literal:
        place, literal = self._place(token), self._literal(token)
        if token.endswith("%") and ref.name == "score" and not ref.is_attribute:
            raise place.error("scores run from 0 to 100, without %", str(token).rstrip("% \t"))
        return fit_literal(ref, op, literal, place)

    def _literal(self, token: Token) -> Literal:
        word = str(token)
        if token.type == "STRING":
            return word[1:-1].replace(word[0] * 2, word[0])
        if token.type == "FLAG":
            return _is_true(token)
        literal = (read_number(word.casefold()) if token.type == "NUMBER" else read_span(word))
        if literal is None:
            raise self._place(token).error(
                f"{word} is too large or too long a number" if token.type == "NUMBER" else
                f"{word} is neither a date such as 2026-01-31 nor an instant such as "
                "2026-01-31T09:00:00Z")
        return literal

    def _compare_fields(self, left: Tree[Token], op: Op, right: Tree[Token]) -> Node:
        one, other = self._field(left), self._operand(right)
        return CompareFields(one, op, other, common_view(one, op, other, self._place(right)))

    def _operand(self, tree: Tree[Token]) -> FieldRef:
        """Return the field on the right, where a bare word is more likely text without quotes."""
        tokens, ref = _tokens(tree), self._field(tree)
        if ref.is_attribute and len(tokens) == 1 and tokens[0].type == "NAME":
            raise self._place(tree).error(
                f"{quoted(ref.name)} is no field; text stands in quotes, and another column is "
                f"written {spell(ref)}", f'"{ref.name}"')
        return ref

    def _field(self, tree: Tree[Token]) -> FieldRef:
        tokens = _tokens(tree)
        for token in tokens:
            if token.startswith(("['", '["')):
                raise self._place(token).error("brackets are around names; lists stand in "
                                               "parentheses", f"({token[1:-1]})")
        return resolve(tuple(map(_name, tokens)), self._about, self._with_leads,
                       self._place(tokens[0]), as_written=tokens[-1].type != "NAME")

    def _place(self, at: Tree[Token] | Token) -> Place:
        token = at if isinstance(at, Token) else _first_token(at)
        return Place(self._text, token.start_pos or 0)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token)]


def _first_token(tree: Tree[Token]) -> Token:
    return next(tree.scan_values(lambda value: isinstance(value, Token)))


def _name(token: Token) -> str:
    word = str(token)
    if token.type == "NAME":
        return word
    return word[1:-1].replace("``", "`") if word[0] == "`" else word[1:-1].strip()


def _is_true(token: Token) -> bool:
    return token.casefold() == "true"


def _not(node: Node) -> Node:
    return node.part if isinstance(node, Not) else Not(node)


def _maybe_not(node: Node, negated: bool) -> Node:
    return _not(node) if negated else node


