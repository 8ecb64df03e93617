"""The option that accepts a folder which a service copies elsewhere."""

from __future__ import annotations

import click

cloud_option = click.option(
    "--accept-cloud",
    is_flag=True,
    envvar="IL2SCHEDULER_ACCEPT_CLOUD",
    help="Work on a study in a folder that a service copies elsewhere.",
)
