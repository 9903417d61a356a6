"""The explorers: each a frozen dataclass of choices, a pure view, a sentence, and a thin shell."""
