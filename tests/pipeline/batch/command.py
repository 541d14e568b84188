"""The command as users call it, with the stub for a studio: python -m tests.pipeline.batch.command batch ..."""

import pipeline.run
from tests.pipeline.batch.stub import StubStudio

pipeline.run.Studio = StubStudio  # type: ignore[misc]

if __name__ == "__main__":
    from ui.cli import main

    main()
