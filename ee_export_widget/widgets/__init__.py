"""The form on the screen: the only room that knows ipywidgets, ipyleaflet and anywidget."""
