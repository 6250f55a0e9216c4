"""`python -m bench`: an appointment's lifecycle against the bare one."""

from bench.lifecycle import app

if __name__ == "__main__":
    app()
