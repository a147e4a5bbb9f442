"""CloudWatch's metric math, as far as infra/aws uses it: FILL, IF, arithmetic and comparisons of series with gaps.

A series has a value for each period, the oldest first, and None where there is no datapoint. An operation has a value
where both of its sides have one, and none where something is divided by 0. FILL puts a number into the gaps, or by
REPEAT the last value before; nothing is repeated where there is none before.
"""

import functools
import operator
from collections.abc import Callable, Sequence

Value = float | None
REPEAT = object()


class Series:
    def __init__(self, values: Sequence[Value]) -> None:
        self.values = list(values)

    def _by(self, operate: Callable[[float, float], float], other: "Series | float", swapped: bool = False) -> "Series":
        pairs = zip(self.values, spread(other, len(self.values)), strict=True)
        return Series([
            None if a is None or b is None or (operate is operator.truediv and b == 0) else operate(a, b)
            for a, b in ((b, a) if swapped else (a, b) for a, b in pairs)
        ])  # fmt: skip

    def __add__(self, other: "Series | float") -> "Series":
        return self._by(operator.add, other)

    def __mul__(self, other: "Series | float") -> "Series":
        return self._by(operator.mul, other)

    def __truediv__(self, other: "Series | float") -> "Series":
        return self._by(operator.truediv, other)

    def __rtruediv__(self, other: float) -> "Series":
        return self._by(operator.truediv, other, swapped=True)

    def __lt__(self, other: "Series | float") -> "Series":
        return self._by(operator.lt, other)

    def __gt__(self, other: "Series | float") -> "Series":
        return self._by(operator.gt, other)

    __radd__, __rmul__ = __add__, __mul__


def spread(value: Series | float, count: int) -> list[Value]:
    return value.values if isinstance(value, Series) else [value] * count


def fill(series: Series, filler: object) -> Series:
    if filler is not REPEAT:
        return Series([filler if value is None else value for value in series.values])
    filled: list[Value] = []
    for value in series.values:
        filled.append(filled[-1] if value is None and filled else value)
    return Series(filled)


def choose(condition: Series, if_true: Series | float, if_false: Series | float) -> Series:
    count = len(condition.values)
    rows = zip(condition.values, spread(if_true, count), spread(if_false, count), strict=True)
    return Series([None if is_true is None else a if is_true else b for is_true, a, b in rows])


@functools.cache
def compiled(expression: str) -> object:
    # Its syntax is Python's, too.
    return compile(expression, expression, "eval")


def evaluate(expression: str, metrics: dict[str, Sequence[Value]], **numbers: float) -> list[Value]:
    """The expression's series.

    metrics: by id, all of one length. numbers: what a template would have put into the expression.
    """
    names = {"FILL": fill, "IF": choose, "REPEAT": REPEAT, "__builtins__": {}}
    names |= {name: Series(values) for name, values in metrics.items()} | numbers
    return eval(compiled(expression), names).values


def newest(values: Sequence[Value], count: int) -> list[float]:
    """The datapoints that an alarm decides by: the newest that are there, at most so many."""
    return [value for value in values if value is not None][-count:]
