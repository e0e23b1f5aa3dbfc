"""The screens of Procasso, one page object each: what a person does there. No verdicts."""
