import unittest


class Words(unittest.TestCase):
    def test_passes(self):
        print("Ran 99 tests in 0.001s\n\nOK")

    def test_fails(self):
        self.assertEqual(41, 42)

    def test_raises(self):
        raise RuntimeError("no")

    @unittest.skip("not yet")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_xfails(self):
        self.fail("known")

    @unittest.expectedFailure
    def test_xpasses(self):
        pass

    def test_parts(self):
        for number in (2, 3):
            with self.subTest(number=number):
                self.assertEqual(number, 2)


class NoSetup(unittest.TestCase):
    def setUp(self):
        raise OSError("no database")

    def test_setup(self):
        pass


class NoClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError("no server")

    def test_never(self):
        pass
