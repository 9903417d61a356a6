"""Objects that pretend: submitted as answers, they must earn nothing."""


class Parrot(str):
    """A text that says it equals whatever it's compared with, whatever is done with it."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def strip(self, *_):
        return self

    casefold = strip
