"""Report: released figures in, documents out. `document.render` makes the one file that is sent."""
