"""Joins the commands that import a file with those that list imports and undo one."""

from pwa.commands.import_checklist import checklist
from pwa.commands.import_file import import_file
from pwa.commands.undo_import import list_, undo

__all__ = ["import_file"]

import_file.add_command(undo)
import_file.add_command(list_)
import_file.add_command(checklist)
