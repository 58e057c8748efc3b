"""Documents that people carry away: slides, workbook and plain tables, all of released figures only."""
