"""The registers for administrators: enterprises 企业, ports 口岸 and tariff 税则, their changes and history."""
