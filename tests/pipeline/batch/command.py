"""The command as users call it, with the stub for a studio: python -m tests.pipeline.batch.command batch ..."""

if __name__ == "__main__":  # never on import, which doctest does: every later test of the process would get the stub
    import pipeline.run
    from tests.pipeline.batch.stub import StubStudio
    from ui.cli import main

    pipeline.run.Studio = StubStudio  # type: ignore[misc]
    main()
