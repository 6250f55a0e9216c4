"""OPENS: HTTP. Translates, starts or updates a workflow, or asks one query; decides nothing."""
