"""日历订阅: the secret address, and the iCalendar file that it answers with."""
