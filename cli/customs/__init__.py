"""`yuyue customs`: for those who build the office's side."""
