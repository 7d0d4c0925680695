"""The one exception that means "the user can mend this".

The command line turns it into one line on standard error and exit code 2.
"""

from __future__ import annotations


class UserError(Exception):
    """Something in the input or the set-up is wrong; the message says what and what to do."""
