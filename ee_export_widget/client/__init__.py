"""The service over HTTP, asynchronous only; knows nothing of widgets."""
