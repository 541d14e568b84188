import pytest

from conditioners.errors import GenerationError, InputError, LineproofError, MissingWeightsError


@pytest.mark.parametrize(
    ("error", "status"), [(LineproofError, 1), (InputError, 2), (MissingWeightsError, 2), (GenerationError, 1)]
)
def test_each_error_has_its_exit_status_and_one_line(error, status):
    raised = error("a\nb\t c")
    assert isinstance(raised, LineproofError)
    assert raised.exit_status == status
    assert str(raised) == "a b c"
