"""The map panel: an ipyleaflet map, our own drawing over it, and the layers below."""
