"""One module an area of pages, each with its `cases`: name, template, shell, view-model."""
