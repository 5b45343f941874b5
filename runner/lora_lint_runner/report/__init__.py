"""An outcome for people and for machines: text, JSON, JUnit, HTML."""
