"""`yuyue import-box`: a folder into which an ERP puts applications, and from which it takes receipts and refusals."""
