"""Routes for operators: appointments of all enterprises without personal fields, receipts, deliveries, calendar."""
