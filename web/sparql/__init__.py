"""SPARQL over HTTP: the protocol, and the processes in which queries run and can be ended."""
