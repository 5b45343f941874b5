"""Why a script stopped: a reason for people, and what another attempt could try."""
