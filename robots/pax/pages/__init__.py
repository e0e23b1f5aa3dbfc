"""The screens of PAX, one page object each: what a person does there. No verdicts."""
