"""`python -m pwa`: the same as `haand`."""

from pwa.commands import main

if __name__ == "__main__":
    main()
