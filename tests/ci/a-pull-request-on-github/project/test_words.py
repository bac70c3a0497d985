from words import words

def test_counts_words():
    assert words("two words") == 2
