"""Language: how patients say it, how professionals do, and whether a leaflet speaks like either."""
