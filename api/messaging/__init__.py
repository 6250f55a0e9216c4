"""通知渠道: how a person is notified outside the page."""
