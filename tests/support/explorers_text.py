"""What an explorer shows, as a reader has it: its visible text, whose tags nest."""

from html.parser import HTMLParser


class Text(HTMLParser):
    """The tags and the visible text of a fragment; fails on tags that don't nest."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("br", "input", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def words(html):
    """The visible text of a fragment."""
    return " ".join(Text(html).words)
